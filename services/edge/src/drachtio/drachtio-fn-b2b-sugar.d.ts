declare module 'drachtio-fn-b2b-sugar' {
  const sugar: {
    /** Both dialogs need their `other` set. */
    forwardInDialogRequests(dialog: object, methods: readonly string[]): void;
  };
  export default sugar;
}
