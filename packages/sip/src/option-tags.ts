/**
 * The option tags of the IANA registry of SIP parameters. Which of them an application supports is the application's to say;
 * one that is not here is supported by nobody.
 */
const OPTION_TAGS: ReadonlySet<string> = new Set([
  '100rel',
  '199',
  'answermode',
  'early-session',
  'eventlist',
  'explicitsub',
  'from-change',
  'geolocation-http',
  'geolocation-sip',
  'gin',
  'gruu',
  'histinfo',
  'ice',
  'join',
  'multiple-refer',
  'norefersub',
  'nosub',
  'outbound',
  'path',
  'policy',
  'precondition',
  'pref',
  'privacy',
  'recipient-list-invite',
  'recipient-list-message',
  'recipient-list-subscribe',
  'record-aware',
  'replaces',
  'resource-priority',
  'sdp-anat',
  'sec-agree',
  'siprec',
  'tdialog',
  'timer',
  'trickle-ice',
  'uui',
]);

/** Option tags are tokens, and tokens are case-insensitive (RFC 3261 §7.3.1). */
export const isOptionTag = (tag: string): boolean => OPTION_TAGS.has(tag) || OPTION_TAGS.has(tag.toLowerCase());
