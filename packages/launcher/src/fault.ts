/** Something a person can put right. Its message is the whole of what is shown: one clear sentence, then details. */
export class Fault extends Error {
  readonly details: readonly string[];

  constructor(sentence: string, details: readonly string[] = []) {
    super(sentence);
    this.name = 'Fault';
    this.details = details;
  }
}
