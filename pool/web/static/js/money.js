// Øre as people type them, by the same rules as the server's; and øre to be read.

const SHAPE = /^(\d{1,3}(?:[. ]\d{3})+|\d+)(?:,(\d{1,2}|-))?$/;
const UNIT = /^(dkk|kr\.?)\s*|\s*(dkk|kr\.?|kroner|krone)$/g;

/** Whole øre, or null where the text is no amount. */
export function parse(typed) {
  const text = typed.replace(/[\u00a0\u202f]/g, " ").trim().toLowerCase().replace(UNIT, "").trim();
  const found = SHAPE.exec(text);
  if (!found) return null;
  const ore = !found[2] || found[2] === "-" ? 0 : Number(found[2].padEnd(2, "0"));
  return Number(found[1].replace(/[. ]/g, "")) * 100 + ore;
}

/** 1.234,56 kr. */
export function show(ore) {
  const kroner = String(Math.floor(ore / 100)).replace(/\B(?=(\d{3})+$)/g, ".");
  const rest = ore % 100;
  return `${kroner}${rest ? `,${String(rest).padStart(2, "0")}` : ""}\u00a0kr.`;
}
