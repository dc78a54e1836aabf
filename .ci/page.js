// What is wrong with the page that is shown: a list of sentences. Run in it by `.ci/page`.
(medium) => {
  const wrong = [];
  const name = (e) => `<${e.tagName.toLowerCase()}> “${(e.textContent || "").trim().slice(0, 40)}”`;
  const seen = (e) => e.checkVisibility() && e.getClientRects().length > 0;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)].filter(seen);

  // Width.
  const width = document.documentElement.clientWidth;
  if (medium === "screen") {
    if (document.documentElement.scrollWidth > innerWidth)
      wrong.push(`the page is ${document.documentElement.scrollWidth} px wide in a window of ${innerWidth}`);
    for (const e of all("body *")) {
      const box = e.getBoundingClientRect();
      if (box.right > width + 1 && !e.closest(".scroll, svg, pre")) wrong.push(`${name(e)} ends at ${box.right} px`);
    }
    for (const e of all(".scroll"))
      if (e.scrollWidth > e.clientWidth && !(e.tabIndex === 0 && e.getAttribute("aria-label")))
        wrong.push(`${name(e)} scrolls, and no key gets there`);
  }

  // What is told to those who do not see.
  const ids = new Set();
  for (const e of document.querySelectorAll("[id]")) {
    if (ids.has(e.id)) wrong.push(`two elements have the id ${e.id}`);
    ids.add(e.id);
  }
  const told = (e, attribute) =>
    (e.getAttribute(attribute) || "").split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim();
  for (const figure of all("figure")) {
    if (!figure.getAttribute("aria-label") && !told(figure, "aria-labelledby")) wrong.push(`figure ${figure.id} has no name`);
    const drawings = all("svg", figure);
    if (drawings.length !== 1) wrong.push(`figure ${figure.id} shows ${drawings.length} drawings`);
    for (const svg of drawings) {
      if (svg.getAttribute("role") !== "img") wrong.push(`the drawing of ${figure.id} is no image`);
      if (!told(svg, "aria-labelledby")) wrong.push(`the drawing of ${figure.id} has no name`);
      if (told(svg, "aria-describedby").length < 20) wrong.push(`the drawing of ${figure.id} has no description`);
    }
    if (medium === "screen" && !figure.querySelector("details table tbody tr")) wrong.push(`figure ${figure.id} has no table`);
    if (medium === "screen" && !figure.querySelector(`a[href="charts/${figure.id}.csv"]`)) wrong.push(`figure ${figure.id} has no data`);
  }
  const levels = all("h1,h2,h3,h4").map((e) => Number(e.tagName[1]));
  levels.forEach((level, i) => {
    if (i > 0 && level > levels[i - 1] + 1) wrong.push(`a heading of level ${level} follows one of ${levels[i - 1]}`);
  });

  // Contrast.
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].map((c) => c / 255);
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((c, i) => c * a + below[i] * (1 - a));
  const luminance = (c) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, w, i) => sum + w * (c[i] <= 0.04045 ? c[i] / 12.92 : ((c[i] + 0.055) / 1.055) ** 2.4), 0);
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const behind = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [1, 1, 1]);
  };
  const check = (e, ink, paper, size, bold) => {
    const least = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    const is = contrast(over(ink, paper), paper);
    if (is < least) wrong.push(`${name(e)}: contrast ${is.toFixed(2)}, and ${least} are needed`);
  };
  for (const e of all("body *")) {
    if (e.closest("svg") || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const style = getComputedStyle(e);
    check(e, rgba(style.color), behind(e), parseFloat(style.fontSize), Number(style.fontWeight) >= 700);
  }
  for (const svg of all("svg")) {
    // Behind a text of a drawing lies the last rectangle before it that holds its middle.
    const blocks = [];
    for (const e of svg.querySelectorAll("rect, text")) {
      const box = e.getBoundingClientRect();
      const fill = rgba(getComputedStyle(e).fill);
      if (e.tagName === "rect") {
        if (fill[3] > 0) blocks.push([box, fill]);
        continue;
      }
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      const below = blocks.filter(([b]) => b.left <= x && x <= b.right && b.top <= y && y <= b.bottom);
      const paper = below.reduce((colour, [, layer]) => over(layer, colour), behind(svg));
      check(e, fill, paper, 0, false);
    }
  }

  // Paper.
  if (medium === "print") {
    if (luminance(behind(document.body)) < 0.9) wrong.push("the paper is dark");
    for (const figure of all("figure")) {
      const box = figure.getBoundingClientRect();
      if (box.height > 950) wrong.push(`figure ${figure.id} is ${Math.round(box.height)} px high: more than a page`);
      for (const svg of all("svg", figure))
        if (svg.getBoundingClientRect().right > box.right + 1) wrong.push(`figure ${figure.id} is cut`);
    }
  }
  return wrong.length > 40 ? [...wrong.slice(0, 40), `and ${wrong.length - 40} more`] : wrong;
}
