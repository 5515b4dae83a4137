/**
 * Header fields in which an application speaks to this server and to nobody else (docs/adr/0015-calls-of-a-dead-edge.md): they are read from its
 * drafts and never sent. What comes from the network under these names means nothing.
 */
export const serverFields = {
  /** On an INVITE: the id of the dialog of the other leg of the call, whether or not that dialog is there yet. */
  other_leg: 'trunkline-other-leg',
  /** `fixed`: the request is to leave from the listener that is for those who know us by its address. */
  listener: 'trunkline-listener',
  /** How the far end's certificate is to be judged: `transport/tls-wish.ts`. */
  tls: 'trunkline-tls',
  /** On a refusal: for so many seconds nothing of the source of the request is to be taken. */
  ban: 'trunkline-ban',
} as const;
