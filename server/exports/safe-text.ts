/**
 * What makes a spreadsheet take a cell for a formula, also full-width, and also behind spaces, quotes or signs nobody sees:
 * programs trim those before they look.
 */
const FORMULA = /^[\s\p{Z}\p{Cc}\p{Cf}"'`‘’“”„«»]*[=+\-@\t\r|%＝＋－﹣−＠｜％]/u
/** A tab or carriage return anywhere may begin a cell of its own where a text is pasted. */
const BREAKS = /[\t\r]/

/**
 * A text that no spreadsheet takes for a formula: what begins like one gets an apostrophe before it, which shows it as text.
 * For CSV, where a cell has no type; in XLSX cells say that they are texts.
 */
export function safeText(text: string): string {
  return FORMULA.test(text) || BREAKS.test(text) ? `'${text.replace(/[\t\r]+/g, ' ')}` : text
}
