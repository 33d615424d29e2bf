/* Search: once its field is used it reads the shards of the page, and shows what matches.
   Words are the page's own: sentences stand in data attributes, the look of a result in a
   template. A row of a shard is described in statusgen/views/search.py. */
"use strict";
{
  const STEP = 50; // results at a time
  const PAUSE = 150; // milliseconds without a key, before what was typed is looked up
  const PATIENCE = 60_000; // milliseconds for one shard

  const page = document.querySelector("[data-search]");
  const part = (name) => page.querySelector(`[data-part=${name}]`);
  const field = page.querySelector("input");
  const [status, retry, list, more] = ["status", "retry", "results", "more"].map(part);
  const { lang } = document.documentElement;
  const plural = new Intl.PluralRules(lang);
  const numbers = new Intl.NumberFormat(lang);

  const shards = page.dataset.shards.split(" ");
  const rows = new Map(); // of the results that are shown, by entry
  let entries = [];
  let query = { words: [], ticket: "" };
  let shown = STEP;
  let isBegun = false;
  let isLoading = false;
  let hasFailed = false;
  let timer;

  /* Capitals, since they do not depend on what stands beside them; accents and the two ways
     to write an apostrophe make no difference. */
  const folded = (text) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[‘’]/g, "'").toUpperCase();
  const bare = (text) => text.replace(/[^\p{L}\p{N}]/gu, "");
  /* Words as [text, language], the language only where it is not the page's. */
  const pair = (words) => [].concat(words);

  function entryOf([path, title, kind, day, state, tone, ticket, components, passages]) {
    const [names, texts] = [components, passages].map((all) => all.map(pair));
    const [name, language] = pair(title);
    const join = (all) => folded(all.map(([text]) => text).join("\n"));
    return {
      ...{ path, name, language, kind, day, state, tone, ticket, names, texts },
      found: { title: folded(name), tags: join([[kind], ...names]), text: join(texts) },
      number: bare(folded(ticket)),
      digits: ticket.match(/\d+(?=\D*$)/)?.[0],
    };
  }

  /* 0 for the ticket itself, then title, names and text: the last that a word needs. */
  function rank({ found, number, digits }, { words, ticket }) {
    if (ticket && (ticket === number || ticket === digits)) return 0;
    let last = 1;
    for (const { word, bareWord } of words) {
      if (found.title.includes(word)) continue;
      if (found.tags.includes(word) || (bareWord && number.includes(bareWord))) {
        last = Math.max(last, 2);
      } else if (found.text.includes(word)) last = 3;
      else return undefined;
    }
    return last;
  }

  /* Shards come newest first, and so do the entries in them. */
  function results() {
    const ranks = [[], [], [], []];
    if (query.words.length) for (const entry of entries) ranks[rank(entry, query)]?.push(entry);
    return ranks.flat();
  }

  /* For each character of the text whether it is part of a word that is looked for. */
  function hits(text) {
    let capitals = "";
    let length = 0;
    const places = [];
    for (const character of text) {
      const capital = folded(character);
      capitals += capital;
      for (const _ of capital.split("")) places.push(length);
      length += character.length;
    }
    const hit = new Uint8Array(length);
    for (const { word } of query.words) {
      for (let at = capitals.indexOf(word); at >= 0; at = capitals.indexOf(word, at + 1)) {
        let end = at + word.length;
        while (places[end] === places[end - 1]) end++;
        hit.fill(1, places[at], places[end] ?? length);
      }
    }
    return hit;
  }

  /* The text from begin to end as nodes, with what is looked for marked. */
  function marked(text, hit = hits(text), begin = 0, end = text.length) {
    const nodes = [];
    for (let from = begin, to; from < end; from = to) {
      for (to = from; to < end && hit[to] === hit[from]; ) to++;
      const node = document.createElement("mark");
      node.textContent = text.slice(from, to);
      nodes.push(hit[from] ? node : node.textContent);
    }
    return nodes;
  }

  /* A part of the passage that holds most of the words; of the first one where none does. */
  function excerpt({ texts }) {
    if (!texts.length) return [[]];
    const held = texts.map(([text]) => {
      const capitals = folded(text);
      return query.words.filter(({ word }) => capitals.includes(word)).length;
    });
    const [text, language] = texts[held.indexOf(Math.max(...held))];
    const hit = hits(text);
    const first = Math.max(hit.indexOf(1), 0);
    const begin = Math.max(text.lastIndexOf(" ", first - 60), first - 90, -1) + 1;
    const space = text.indexOf(" ", begin + 180);
    const end = Math.min(space < 0 ? text.length : space, begin + 240);
    const nodes = marked(text, hit, begin, end);
    return [[begin && "…", ...nodes, end < text.length && "…"].filter(Boolean), language];
  }

  function rowOf(entry) {
    const row = part("result").content.firstElementChild.cloneNode(true);
    const fill = (name, nodes, language) => {
      const place = row.querySelector(`[data-fill=${name}]`);
      if (!nodes.length) place?.remove();
      else place?.replaceChildren(...nodes);
      if (language && place) place.lang = language;
      return place;
    };
    const title = fill("title", marked(entry.name), entry.language);
    title.href = page.dataset.root + entry.path;
    fill("state", entry.state ? [entry.state] : [])?.classList.add(entry.tone || "note");
    for (const name of ["day", "kind", "ticket"]) fill(name, marked(entry[name]));
    fill("excerpt", ...excerpt(entry));
    const names = entry.names.map(([text, language]) => {
      const item = document.createElement("li");
      item.append(...marked(text));
      if (language) item.lang = language;
      return item;
    });
    fill("components", names);
    return row;
  }

  /* Rows stay where they are while more come in, so that nobody loses the place. */
  function draw(found) {
    found.slice(0, shown).forEach((entry, index) => {
      if (!rows.has(entry)) rows.set(entry, rowOf(entry));
      const there = list.children[index] ?? null;
      if (there !== rows.get(entry)) list.insertBefore(rows.get(entry), there);
    });
    while (list.children.length > Math.min(found.length, shown)) list.lastElementChild.remove();
    more.hidden = found.length <= shown;
  }

  function say(count) {
    const { busy, none, failed, ...counts } = status.dataset;
    const sentence = counts[plural.select(count)] ?? counts.other;
    const told = count ? sentence.replace("{count}", numbers.format(count)) : none;
    const parts = [];
    if (isLoading) parts.push(busy);
    else if (count || !hasFailed) parts.push(told);
    if (hasFailed) parts.push(failed);
    status.textContent = query.words.length || hasFailed ? parts.join(". ") : "";
    retry.hidden = !hasFailed;
  }

  function show() {
    const found = results();
    draw(found);
    say(found.length);
  }

  /* What has come stays; what has not is asked for again when the reader says so. */
  async function load() {
    if (isLoading) return;
    isBegun = isLoading = true;
    hasFailed = false;
    show();
    try {
      while (shards.length) {
        const answer = await fetch(shards[0], { signal: AbortSignal.timeout(PATIENCE) });
        if (!answer.ok) throw new Error(answer.statusText);
        entries = entries.concat((await answer.json()).map(entryOf));
        shards.shift();
        if (shards.length) show();
      }
    } catch {
      hasFailed = true;
    }
    isLoading = false;
    show();
  }

  /* The address always leads to what is seen, in the other language as well. */
  function keep(text) {
    const address = new URL(location.href);
    address.search = text && `?${new URLSearchParams({ q: text })}`;
    address.hash = "";
    history.replaceState(null, "", address);
    for (const link of document.querySelectorAll("a[hreflang]")) link.search = address.search;
  }

  function search() {
    clearTimeout(timer);
    const text = field.value.trim();
    const words = folded(text).split(/\s+/).filter(Boolean);
    query = {
      words: words.map((word) => ({ word, bareWord: bare(word) })),
      ticket: bare(folded(text)),
    };
    shown = STEP;
    rows.clear();
    keep(text);
    if (text && !isBegun) load();
    else show();
  }

  field.addEventListener("focus", () => isBegun || load());
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !field.value) return;
    event.preventDefault();
    field.value = "";
    search();
  });
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  more.addEventListener("click", () => {
    shown += STEP;
    show();
    list.children[shown - STEP].querySelector("a").focus();
  });
  retry.addEventListener("click", () => {
    field.focus();
    load();
  });
  // Where the page is quietly renewed round it, the search stays as it is.
  new MutationObserver(() => {
    const newer = document.querySelector("[data-search]");
    if (newer && newer !== page) newer.replaceWith(page);
  }).observe(page.parentElement, { childList: true });
  // A page that comes back as it was left may have been left while it was loading.
  addEventListener("pageshow", () => hasFailed && load());

  part("without").hidden = true;
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) field.value = asked.slice(0, field.maxLength);
  if (field.value) search();
  else if (document.activeElement === field) load();
}
