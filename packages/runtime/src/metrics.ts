import {
  collectDefaultMetrics,
  Counter as PromCounter,
  Gauge as PromGauge,
  Histogram as PromHistogram,
  Registry,
} from 'prom-client';

export type Labels<Name extends string> = Readonly<Record<Name, string>>;

/** Labels are given exactly when the metric declares some. */
type LabelArgument<Name extends string> = [Name] extends [never] ? [] : [labels: Labels<Name>];

export interface Counter<Name extends string = never> {
  add(value: number, ...labels: LabelArgument<Name>): void;
}

export interface Gauge<Name extends string = never> {
  set(value: number, ...labels: LabelArgument<Name>): void;
}

export interface Histogram<Name extends string = never> {
  observe(value: number, ...labels: LabelArgument<Name>): void;
}

interface Declaration<Name extends string> {
  /** Prometheus name with its unit: `trunkline_calls_total`, `trunkline_post_dial_delay_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Name[];
}

export interface GaugeDeclaration<Name extends string> extends Declaration<Name> {
  /** Asked when the metrics are read; values set the last time are forgotten first. */
  readonly collect?: (set: Gauge<Name>['set']) => void;
}

export interface CounterDeclaration<Name extends string> extends Declaration<Name> {
  /** Asked when the metrics are read, for what was counted elsewhere since the last time: where each count would cost too much. */
  readonly collect?: (add: Counter<Name>['add']) => void;
}

export interface HistogramDeclaration<Name extends string> extends Declaration<Name> {
  /** Upper bounds, rising, in the unit of the name. */
  readonly buckets: readonly number[];
}

export interface Metrics {
  counter<Name extends string = never>(declaration: CounterDeclaration<Name>): Counter<Name>;
  gauge<Name extends string = never>(declaration: GaugeDeclaration<Name>): Gauge<Name>;
  histogram<Name extends string = never>(declaration: HistogramDeclaration<Name>): Histogram<Name>;
  /** The Prometheus text format. */
  text(): Promise<string>;
  readonly content_type: string;
}

/** Every metric carries the label `service`. With `process` also memory, CPU, handles and event-loop delay are told. */
export function createMetrics(options: { readonly service: string; readonly process: boolean }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service: options.service });
  if (options.process) collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 10 });
  return {
    content_type: registry.contentType,
    text: () => registry.metrics(),
    counter: (declaration) => createCounter(declaration, registry),
    gauge: (declaration) => createGauge(declaration, registry),
    histogram: (declaration) => {
      const histogram = new PromHistogram({ ...settings(declaration, registry), buckets: [...declaration.buckets] });
      return {
        observe: (value, ...[labels]) =>
          labels === undefined ? histogram.observe(value) : histogram.observe(labels, value),
      };
    },
  };
}

function createCounter<Name extends string>(declaration: CounterDeclaration<Name>, registry: Registry): Counter<Name> {
  const { collect } = declaration;
  const add: Counter<Name>['add'] = (value, ...[labels]) =>
    labels === undefined ? counter.inc(value) : counter.inc(labels, value);
  const counter: PromCounter<Name> = new PromCounter({
    ...settings(declaration, registry),
    ...(collect === undefined ? {} : { collect: () => collect(add) }),
  });
  return { add };
}

function createGauge<Name extends string>(declaration: GaugeDeclaration<Name>, registry: Registry): Gauge<Name> {
  const { collect } = declaration;
  const set: Gauge<Name>['set'] = (value, ...[labels]) =>
    labels === undefined ? gauge.set(value) : gauge.set(labels, value);
  const gauge: PromGauge<Name> = new PromGauge({
    ...settings(declaration, registry),
    ...(collect === undefined
      ? {}
      : {
          collect: () => {
            gauge.reset();
            collect(set);
          },
        }),
  });
  return { set };
}

function settings<Name extends string>(declaration: Declaration<Name>, registry: Registry) {
  return {
    name: declaration.name,
    help: declaration.help,
    labelNames: [...(declaration.labels ?? [])],
    registers: [registry],
  };
}
