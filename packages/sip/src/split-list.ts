const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const LESS = 60;
const GREATER = 62;

/** The elements of a comma-separated list; commas inside quoted strings and angle brackets do not separate. */
export function splitList(text: string): string[] {
  const elements: string[] = [];
  let start = 0;
  let quoted = false;
  let bracketed = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (quoted) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === LESS) bracketed = true;
    else if (code === GREATER) bracketed = false;
    else if (code === COMMA && !bracketed) {
      pushTrimmed(elements, text.slice(start, index));
      start = index + 1;
    }
  }
  pushTrimmed(elements, text.slice(start));
  return elements;
}

function pushTrimmed(elements: string[], element: string): void {
  const trimmed = element.trim();
  if (trimmed !== '') elements.push(trimmed);
}
