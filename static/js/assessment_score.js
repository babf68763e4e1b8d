// Scores answers by the table of the page: the same rules as outreach/counties/rules/assessment.py, in whole numbers
// (figures in ten-thousandths, points in hundredths), so that both always agree. tests compare them.

const MOST_DIGITS = 40;
const FIGURE = /^([0-9]{1,10})(?:\.([0-9]{1,4}))?%?$/;
const PARTS = /^([0-9]{1,10}(?:\.[0-9]{1,4})?)\/([0-9]{1,10}(?:\.[0-9]{1,4})?)$/;
const HUNDRED_PERCENT = 1000000n;
const LARGEST = 10000000000000n;

const scaled = (text) => {
  const [, whole, decimals = ""] = text.match(FIGURE);
  return BigInt(whole + decimals.padEnd(4, "0"));
};
const threshold = (number) => scaled(String(number));
const hundredths = (points) => BigInt(Math.round(points * 100));
const least = (a, b) => (a < b ? a : b);

// What was typed as ten-thousandths; null for an empty field, undefined for what is no figure or out of range.
export function figure(text, isShare, most) {
  const plain = text.normalize("NFKC").replaceAll("。", ".").replaceAll("∕", "/").replace(/[ ,_\s]/g, "");
  if (!plain) return null;
  if (plain.length > MOST_DIGITS) return undefined;
  const parts = isShare && plain.match(PARTS);
  if (parts) {
    const [part, whole] = [scaled(parts[1]), scaled(parts[2])];
    return whole && part <= whole ? (part * 1000000n) / whole : undefined;
  }
  if (!FIGURE.test(plain) || (plain.endsWith("%") && !isShare)) return undefined;
  const value = scaled(plain);
  return value <= most ? value : undefined;
}

function regionChain(table, region) {
  const parents = new Map(table.regions.map((one) => [one.code, one.parent]));
  const chain = [];
  for (let code = region; code && parents.has(code) && !chain.includes(code); code = parents.get(code)) chain.push(code);
  return [...chain, null];
}

export function levelsOf(table, indicator, region) {
  for (const code of regionChain(table, region)) {
    const found = indicator.levels.filter((level) => level.region === code);
    if (found.length) return found;
  }
  return [];
}

function inProportion(level, value, isHigh) {
  const [points, limit] = [hundredths(level.points), threshold(level.threshold)];
  const [above, below] = isHigh ? [value, limit] : [limit, value];
  return (points * above) / below;
}

function pointsOfFigure(indicator, levels, value) {
  const isHigh = indicator.direction === "at-least";
  const reached = levels.filter((level) => (isHigh ? value >= threshold(level.threshold) : value <= threshold(level.threshold)));
  if (reached.length) return reached.map((level) => hundredths(level.points)).reduce((a, b) => (a > b ? a : b));
  return indicator.below === "proportion" ? inProportion(levels[0], value, isHigh) : 0n;
}

// {points, state}: state is "open", "wrong", "region" or "done"; points in hundredths.
export function scoreIndicator(table, indicator, text, region) {
  const full = hundredths(indicator.points);
  const answer = (state, points = 0n) => ({ state, points: least(points, full), full });
  if (indicator.kind === "yes-no") return text ? answer("done", text === "yes" ? full : 0n) : answer("open");
  const levels = levelsOf(table, indicator, region);
  const needsRegion = indicator.levels.length > 0 && !levels.length;
  if (indicator.kind === "choice") {
    if (!text) return answer("open");
    if (needsRegion) return answer("region");
    const level = levels.find((one) => one.code === text);
    return answer("done", level ? hundredths(level.points) : 0n);
  }
  const isShare = indicator.kind === "share";
  const most = indicator.kind === "points" ? full * 100n : isShare ? HUNDRED_PERCENT : LARGEST;
  const value = figure(text, isShare, most);
  if (value === null) return answer("open");
  if (value === undefined) return answer("wrong");
  if (indicator.kind === "points") return answer("done", value / 100n);
  return needsRegion ? answer("region") : answer("done", pointsOfFigure(indicator, levels, value));
}

// The whole: read(name) gives the text of a field.
export function score(table, read, region) {
  const indicators = new Map();
  const classes = new Map();
  let [points, open, answered, count] = [0n, 0n, 0, 0];
  for (const group of table.classes) {
    let sum = 0n;
    for (const indicator of group.indicators) {
      const result = scoreIndicator(table, indicator, read(`i-${indicator.code}`), region);
      indicators.set(indicator.code, result);
      sum += result.points;
      count += 1;
      if (result.state === "done") answered += 1;
      else open += result.full;
    }
    classes.set(group.code, sum);
    points += sum;
  }
  const cap = hundredths(table.bonus_cap);
  let [bonus, best] = [0n, 0n];
  for (const item of table.bonus) {
    const most = hundredths(item.points);
    const value = figure(read(`b-${item.code}`), false, most * 100n);
    const earned = typeof value === "bigint" ? value / 100n : null;
    bonus += earned ?? 0n;
    best += earned ?? most;
  }
  const missing = table.conditions.filter((code) => read(`c-${code}`) === "no").length;
  bonus = least(bonus, cap);
  return { indicators, classes, bonus, total: points + bonus, low: points + bonus, high: points + open + least(best, cap), answered, count, missing };
}

export function printed(points) {
  const text = `${points / 100n}.${String(points % 100n).padStart(2, "0")}`;
  return text.replace(/\.?0+$/, "");
}
