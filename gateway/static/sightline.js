// What a page does beyond its HTML: frames of an answer, records in place, keys, the lock. Without it all of it works
// by links and forms. No data is kept here, and nothing is asked of any source that nobody asked for.
(() => {
  "use strict";
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const copyOf = (id) => one(`#${id}`).content.cloneNode(true);
  const root = document.body;

  // --- Frames. The stream names its events; htmx swaps only unnamed ones, so the name is taken off once it is read.
  const FRAMES = new Set(["understood", "panels", "complete", "stopped"]);
  let frame = "";
  let isWhole = true; // the last answer came to its end, or said why it did not

  document.addEventListener("htmx:sse:before:message", ({ detail: { message } }) => {
    if (!FRAMES.has(message.event)) return;
    frame = message.event;
    message.event = "";
  });

  document.addEventListener("htmx:sse:after:message", () => {
    if (frame === "understood") {
      isWhole = false;
      closeRecord();
      one(".shift").open = false;
      document.title = document.title.replace(/^Error: /, "");
      one("#answer-title").focus({ preventScroll: true });
    }
    if (frame === "complete" || frame === "stopped") settle();
    frame = "";
  });

  // The network went away in the middle: what stands stays, and what was waited for is not "none".
  document.addEventListener("htmx:sse:close", () => {
    if (isWhole || !one("#answer-title")) return;
    for (const waiting of all(".waiting")) waiting.classList.replace("waiting", "unknown");
    for (const words of all(".chip.unknown span, .lamp.unknown .lamp-text > :last-child, .panel.unknown .sentence strong"))
      if (/^(waiting|Asking\.)$/.test(words.textContent)) words.textContent = "stopped";
    one("#strip-words").textContent = "Stopped.";
    one("#people").replaceChildren(copyOf("unreachable"));
    settle();
  });

  function settle() {
    isWhole = true;
    for (const region of all("#answer [aria-busy]")) region.setAttribute("aria-busy", "false");
  }

  // Nobody answered at all.
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    const place = ctx?.target instanceof Element ? ctx.target : one(ctx?.target || "#answer");
    if (one("#unreachable") && place?.matches("#answer, #record")) place.replaceChildren(copyOf("unreachable"));
  });

  // Errors are read first.
  document.addEventListener("htmx:after:swap", () => readErrors());
  function readErrors() {
    const errors = one("#question #errors") ?? one("#errors");
    if (!errors || errors.dataset.read) return;
    errors.dataset.read = "yes";
    if (!document.title.startsWith("Error: ")) document.title = `Error: ${document.title}`;
    errors.focus();
  }
  readErrors();

  // --- Records open beside the answer, on a phone in its place; Escape or Back returns to the link, nothing is asked.
  let opened = null; // the link, its address, and how far the page was scrolled

  document.addEventListener("click", (event) => {
    if (!event.target.closest(".user")) one(".user")?.removeAttribute("open");
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const link = event.target.closest("a.record-link");
    const photograph = event.target.closest("a.show-photograph");
    const fill = event.target.closest("button.fill");
    if (link && one("#record")) {
      event.preventDefault();
      openRecord(link);
    } else if (event.target.closest("a.close-record") && root.classList.contains("record-open")) {
      event.preventDefault();
      history.back();
    } else if (photograph) {
      event.preventDefault();
      showPhotograph(photograph);
    } else if (fill) {
      event.preventDefault();
      fillForm(JSON.parse(fill.dataset.fill));
    }
  });

  async function openRecord(link) {
    const place = one("#record");
    const address = link.getAttribute("href");
    if (!root.classList.contains("record-open")) {
      history.pushState({ record: true }, "");
      opened = { scroll: scrollY };
    }
    Object.assign(opened, { link, address });
    root.classList.add("record-open");
    place.hidden = false;
    place.textContent = "Opening the record. This is recorded.";
    await htmx.ajax("GET", address, { target: "#record", swap: "innerHTML" });
    if (opened?.address !== address) return;
    place.scrollTop = 0;
    const title = one(".title, h2", place);
    title?.setAttribute("tabindex", "-1");
    title?.focus({ preventScroll: true });
    const top = place.getBoundingClientRect().top;
    if (top < 0 || top > innerHeight / 2) place.scrollIntoView();
  }

  function closeRecord() {
    const was = opened;
    opened = null;
    root.classList.remove("record-open");
    if (one("#record")) {
      one("#record").hidden = true;
      one("#record").replaceChildren();
    }
    return was;
  }

  addEventListener("popstate", () => {
    const was = closeRecord();
    if (!was) return;
    scrollTo({ top: was.scroll });
    const link = was.link.isConnected ? was.link : all("a.record-link").find((a) => a.getAttribute("href") === was.address);
    link?.focus({ preventScroll: true });
  });

  function showPhotograph(link) {
    const picture = document.createElement("img");
    picture.alt = "Photograph of the person of this record";
    picture.width = 160;
    picture.height = 200;
    picture.src = link.getAttribute("href");
    picture.tabIndex = -1;
    picture.addEventListener("error", () => (picture.alt = "The photograph cannot be shown."));
    link.parentElement.replaceChildren(picture);
    picture.focus({ preventScroll: true });
  }

  // A question of this shift fills the form, under the purpose and case it has now, and asks nothing.
  function fillForm(typed) {
    for (const field of one("#ask").elements) {
      if (!field.name || field.closest(".shift, .for-whom") || field.matches("button, [type=checkbox]")) continue;
      if (field.matches("select") && !(field.name in typed)) field.selectedIndex = 0;
      else field.value = typed[field.name] ?? "";
    }
    one(".more").open = Object.keys(typed).some((name) => one(`.more [name="${name}"]`));
    one("#past").open = false;
    one("#q").focus();
  }

  // --- Keys. Single ones rest while someone types; all of them can be switched off.
  document.addEventListener("keydown", (event) => {
    if (root.dataset.keys === "off" || event.ctrlKey || event.altKey || event.metaKey || one("dialog[open]")) return;
    if (event.key === "F2" && one(".shift")) {
      one(".shift").open = true;
      go(one("#purpose"), event);
    } else if (event.key === "Escape") {
      back(event);
    } else if (!event.target.closest("input, select, textarea")) {
      single(event);
    }
  });

  function back(event) {
    if (one(".user[open]")) {
      one(".user").open = false;
      go(one(".user > summary"), event);
    } else if (root.classList.contains("record-open")) {
      event.preventDefault();
      history.back();
    }
  }

  function single(event) {
    const key = event.key.toLowerCase();
    const people = all(".person").filter((person) => person.checkVisibility());
    const at = people.indexOf(document.activeElement.closest(".person"));
    if (key === "/") go(one("#q"), event);
    else if (key === "j") go(people[Math.min(at + 1, people.length - 1)], event);
    else if (key === "k") go(people[Math.max(at - 1, 0)], event);
    else if (/^[1-9]$/.test(key)) go(one(`.panel[data-number="${key}"]`), event);
    else if (key === "p" && one("#print")) {
      one("#print").open = true;
      go(one("#recipient"), event);
    } else if (key === "?" && one(".user")) {
      one(".user").open = one(".keys").open = true;
      go(one(".keys > summary"), event);
    } else if (key === "enter" && document.activeElement.matches(".person, .panel")) {
      one("a.record-link", document.activeElement)?.click();
    }
  }

  function go(element, event) {
    if (!element?.checkVisibility()) return;
    event.preventDefault();
    element.focus();
    element.scrollIntoView({ block: "nearest" });
  }

  // --- Colors and keys are kept as soon as they are chosen.
  one("#appearance")?.addEventListener("change", ({ currentTarget: form }) => {
    root.dataset.keys = form.elements.keys.value;
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  });

  // --- Signing out ends at the provider too.
  one("#signout-there")?.submit();

  // --- The lock. Whatever reaches Sightline starts the time again; Sightline keeps its own.
  const told = (name) => one(`meta[name="sightline-${name}"]`)?.content;
  const idle = Number(told("idle-s") ?? 0) * 1000; // milliseconds
  if (idle) {
    const warning = one("#lock");
    let until = Date.now() + idle;
    const begin = () => (until = Date.now() + idle);
    document.addEventListener("htmx:before:request", begin);
    one("#lock-stay").addEventListener("click", () => {
      warning.close();
      begin();
      fetch("/", { redirect: "manual" });
    });
    one("#lock-now").addEventListener("click", lock);
    setInterval(() => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (root.classList.contains("locked")) return;
      if (left <= 0) lock();
      else if (left <= 60) {
        one("#lock-left").textContent = left;
        if (!warning.open) warning.showModal();
      }
    }, 1000);

    // Records leave the page; forms stay, unseen until someone signs in again.
    function lock() {
      warning.close();
      one("#ask")?.dispatchEvent(new Event("htmx:abort"));
      isWhole = true;
      closeRecord();
      one("#past")?.replaceChildren();
      one("#answer")?.replaceChildren();
      for (const part of [...one("main").children]) if (!part.matches("form, #question, #answer")) part.remove();
      root.classList.add("locked");
      root.append(copyOf("locked"));
      const at = { timeZone: told("zone"), hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
      one("#locked-at").textContent = new Intl.DateTimeFormat("en-US", at).format(Date.now());
      one("#unlock").addEventListener("click", () => {
        one(".locked-words").remove();
        root.classList.remove("locked");
        begin();
      });
      one("#unlock").focus();
    }
  }
})();
