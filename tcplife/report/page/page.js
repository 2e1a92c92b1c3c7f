"use strict";
// The table (sort, find, pages) and the open connection (pictures linked by packet). No text ever becomes markup here.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const table = document.getElementById("table");
  if (!table) return;
  const PAGE = 100;
  const words = data.words;
  const number = new Intl.NumberFormat("en");
  const seconds = us => us < 1e9 ? (us / 1e6).toFixed(6) : (us / 1e6).toFixed(3);
  const span = us => us < 0 ? "" : us < 1000 ? us + " µs" : us < 1e6 ? (us / 1e3).toPrecision(3) + " ms"
    : us < 6e7 ? (us / 1e6).toPrecision(3) + " s" : number.format(Math.round(us / 1e6)) + " s";
  const address = (ip, port) => words[ip] + "." + port;

  // One entry per column, in the order of the head: what it shows of a row, what it sorts by.
  const columns = [
    {show: r => r[0], key: r => r[0]},
    {show: r => seconds(r[1]), key: r => r[1]},
    {show: r => address(r[2], r[3]), key: r => address(r[2], r[3])},
    {show: r => address(r[4], r[5]), key: r => address(r[4], r[5])},
    {show: r => span(r[6]), key: r => r[6]},
    {show: r => number.format(r[7]), key: r => r[7]},
    {show: r => number.format(r[8]), key: r => r[8]},
    {show: r => number.format(r[9]), key: r => r[9]},
    {show: r => number.format(r[10]), key: r => r[10]},
    {show: r => span(r[11]), key: r => r[11]},
    {show: r => words[r[12]], key: r => words[r[12]]},
    {show: r => words[r[13]], key: r => words[r[13]]},
    {show: r => words[r[14]], key: r => words[r[14]]},
    {show: r => words[r[15]], key: r => r[16] * 1000 + words[r[15]].length},
  ];
  const heads = [...table.querySelectorAll("th")];
  const body = table.tBodies[0];
  const find = document.getElementById("find");
  const found = document.getElementById("found");
  const before = document.getElementById("before");
  const after = document.getElementById("after");
  const detail = document.getElementById("detail");
  const pictured = index => document.getElementById("t" + index);

  let rows = data.rows;
  let first = 0;
  let sorted = 0;
  let down = false;

  const lower = words.map(word => word.toLowerCase());
  const matches = (row, terms) => terms.every(term =>
    "#" + row[0] === term || [2, 4, 12, 13, 14, 15].some(at => lower[row[at]].includes(term)) ||
    (lower[row[2]] + "." + row[3]).includes(term) || (lower[row[4]] + "." + row[5]).includes(term));

  // Words in quotes stay together; all terms must be there.
  const terms = text => (text.toLowerCase().match(/"[^"]*"|\S+/g) || []).map(term => term.replace(/"/g, ""));

  const draw = () => {
    body.textContent = "";
    for (const row of rows.slice(first, first + PAGE)) {
      const line = body.insertRow();
      line.dataset.index = row[0];
      if (pictured(row[0])) { line.className = "has"; line.tabIndex = 0; }
      columns.forEach((column, at) => {
        const cell = line.insertCell();
        cell.textContent = column.show(row);
        if (heads[at].classList.contains("n")) cell.className = "n";
      });
      if (row[16] > 1) line.lastChild.className = "sev " + (row[16] > 2 ? "error" : "warning");
    }
    heads.forEach((head, at) => {
      if (at === sorted) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    const last = Math.min(first + PAGE, rows.length);
    found.textContent = rows.length
      ? `${number.format(first + 1)} to ${number.format(last)} of ${number.format(rows.length)}` : "none";
    before.disabled = first === 0;
    after.disabled = last >= rows.length;
  };

  const choose = () => {
    const wanted = terms(find.value);
    rows = wanted.length ? data.rows.filter(row => matches(row, wanted)) : data.rows.slice();
    const key = columns[sorted].key;
    rows.sort((a, b) => {
      const x = key(a), y = key(b);
      return (x < y ? -1 : x > y ? 1 : a[0] - b[0]) * (down ? -1 : 1);
    });
    first = 0;
    draw();
  };

  heads.forEach((head, at) => head.firstElementChild.addEventListener("click", () => {
    // Numbers are most often wanted from the greatest on, words and the start from the first on.
    if (at === sorted) down = !down;
    else { sorted = at; down = at > 3 && (head.classList.contains("n") || at === columns.length - 1); }
    choose();
  }));
  find.addEventListener("input", choose);
  before.addEventListener("click", () => { first = Math.max(first - PAGE, 0); draw(); });
  after.addEventListener("click", () => { first += PAGE; draw(); });
  for (const button of document.querySelectorAll("button.find")) {
    button.addEventListener("click", () => {
      find.value = `"${button.dataset.find}"`;
      choose();
      document.getElementById("connections").scrollIntoView();
    });
  }

  // The open connection.
  const marked = () => [...detail.querySelectorAll("[data-p]")];
  const covers = (element, packet) => {
    const low = Number(element.dataset.p), high = Number(element.dataset.q || element.dataset.p);
    return low <= packet && packet <= high;
  };
  const show = packet => {
    let first = null;
    for (const element of marked()) {
      const on = covers(element, packet);
      element.classList.toggle("on", on);
      if (on && !first && element.closest(".ladder")) first = element;
    }
    detail.dataset.packet = packet;
    const words = first ? [...first.querySelectorAll("text")].slice(1).map(text => text.textContent).join(" · ") : "";
    detail.querySelector(".chosen").textContent = words ? `Packet ${packet} · ${words}` : `Packet ${packet}`;
  };
  const step = by => {
    const all = [...new Set(marked().map(element => Number(element.dataset.p)))].sort((a, b) => a - b);
    const now = Number(detail.dataset.packet || 0);
    const next = by > 0 ? all.find(packet => packet > now) : all.reverse().find(packet => packet < now);
    if (next !== undefined) show(next);
  };
  const close = () => {
    detail.hidden = true;
    detail.textContent = "";
    for (const line of body.rows) line.removeAttribute("aria-current");
    if (location.hash.startsWith("#c")) history.replaceState(null, "", "#connections");
  };
  const open = index => {
    const template = pictured(index);
    for (const line of body.rows) {
      if (Number(line.dataset.index) === index) line.setAttribute("aria-current", "true");
      else line.removeAttribute("aria-current");
    }
    detail.textContent = "";
    delete detail.dataset.packet;
    if (template) {
      detail.append(template.content.cloneNode(true));
      detail.querySelector(".close").addEventListener("click", close);
    } else {
      const words = document.createElement("p");
      words.textContent = `Connection ${index} has no pictures on this page: tcplife report FILE --connection ${index} draws it.`;
      detail.append(words);
    }
    detail.hidden = false;
    detail.scrollIntoView();
    detail.focus({preventScroll: true});
  };
  detail.addEventListener("click", event => {
    const element = event.target.closest("[data-p]");
    if (element) show(Number(element.dataset.p));
  });
  const visit = line => { if (line && line.classList.contains("has")) location.hash = "c" + line.dataset.index; };
  body.addEventListener("click", event => visit(event.target.closest("tr")));
  body.addEventListener("keydown", event => { if (event.key === "Enter") visit(event.target.closest("tr")); });
  const follow = () => { if (/^#c\d+$/.test(location.hash)) open(Number(location.hash.slice(2))); };
  addEventListener("hashchange", follow);

  addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") { if (document.activeElement === find) find.blur(); else close(); return; }
    if (event.target === find) return;
    if (event.key === "/") { event.preventDefault(); find.focus(); }
    else if (!detail.hidden && (event.key === "ArrowRight" || event.key === "ArrowDown")) { event.preventDefault(); step(1); }
    else if (!detail.hidden && (event.key === "ArrowLeft" || event.key === "ArrowUp")) { event.preventDefault(); step(-1); }
  });

  choose();
  follow();
  if (!location.hash && data.rows.length === 1) open(data.rows[0][0]);
})();
