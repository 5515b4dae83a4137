/** SQL that stores many trunks at once, as the API would have stored them: known by address, each with its numbers. */
export function seedSql(options: {
  readonly accounts: readonly string[];
  readonly trunks_per_account: number;
  readonly numbers_per_trunk: number;
}): string {
  const { accounts, trunks_per_account: trunks, numbers_per_trunk: numbers } = options;
  const at = '1800000000000';
  const list = accounts.map((id, index) => `('${id}', ${index})`).join(', ');
  const key = `lpad(a.place::text, 5, '0') || lpad(t.n::text, 20, '0')`;
  const from = `from (values ${list}) as a (id, place), generate_series(0, ${trunks - 1}) as t (n)`;
  const media = '{"codecs":["PCMU","PCMA"],"encryption":"no","symmetric_rtp":true,"direct_media":false,"ice":false}';
  const address = `'10.' || (t.n / 65536 % 256) || '.' || (t.n / 256 % 256) || '.' || (t.n % 256)`;
  const number = `(4930000000000 + (a.place * ${trunks}::bigint + t.n) * ${numbers} + m.n)`;
  return `begin;
insert into trunks (id, account_id, name, provider, direction, auth_kind, registration, transport, media, force_rport,
  number_format, qualify_interval_s, limits, is_active, as_given, created_at, updated_at, short_id)
select '0' || ${key}, a.id, 'trunk ' || t.n, 'custom', 'both', 'ip', 'none', 'udp', '${media}', true,
  '{"style":"+e164","country":"DE"}', 0, '{"channels":null,"calls_per_second":null}', true, '{}', ${at}, ${at}, t.n + 1 ${from};
update accounts set trunks_made = ${trunks} where id in (select id from (values ${list}) as a (id, place));
insert into gateways (id, trunk_id, position, host, port, priority, weight, created_at)
select '1' || ${key}, '0' || ${key}, 0, ${address}, 5060, 1, 0, ${at} ${from};
insert into acl (trunk_id, position, cidr) select '0' || ${key}, 0, ${address} || '/32' ${from};
insert into numbers (id, trunk_id, account_id, number, number_key, claim, e164_check_enabled, live, created_at, updated_at)
select '2' || lpad(a.place::text, 5, '0') || lpad((t.n * ${numbers} + m.n)::text, 20, '0'), '0' || ${key}, a.id,
  '+' || ${number}, ${number}::text, ${number}::text, false, true, ${at}, ${at}
${from}, generate_series(0, ${numbers - 1}) as m (n);
commit;
analyze;`;
}
