"use strict";
// Shows what /api/v1/events brings. Nothing here changes anything; nothing is asked of anybody else.
(() => {
  const at = (id) => document.getElementById(id);
  const samples = [];
  const SAMPLES_MAX = 60;
  const ROWS_MAX = 20; // of waits and pins; a page is no place for thousands
  let before = null;
  let heardAt = 0;

  // ---- words ----

  const count = (n) => Number(n).toLocaleString("en-US", { maximumFractionDigits: 0 });

  const rate = (n) => Number(n).toLocaleString("en-US", { maximumFractionDigits: n < 10 ? 1 : 0 });

  const bytes = (n) => {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let value = Number(n);
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return value.toFixed(unit === 0 || value >= 10 ? 0 : 1) + " " + units[unit];
  };

  const micros = (us) => {
    const ms = us / 1000;
    const s = ms / 1000;
    if (us === 0) return "0 ms";
    if (s < 1) return ms.toFixed(ms < 10 ? 1 : 0) + " ms";
    if (s < 60) return s.toFixed(1) + " s";
    if (s < 3600) return Math.floor(s / 60) + " min " + Math.floor(s % 60) + " s";
    if (s < 86400) return Math.floor(s / 3600) + " h " + Math.floor((s % 3600) / 60) + " min";
    return Math.floor(s / 86400) + " d " + Math.floor((s % 86400) / 3600) + " h";
  };

  // ---- pieces ----

  const element = (tag, text, kind) => {
    const made = document.createElement(tag);
    if (text !== undefined && text !== null) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };

  const put = (id, text) => {
    const target = at(id);
    if (target.textContent !== text) target.textContent = text;
  };

  const badge = (text, tone) => element("span", text, "badge " + tone);

  const bar = (used, size) => {
    const box = element("span");
    const frame = element("span", null, "bar");
    const fill = element("i", null, used >= size && size > 0 ? "full" : "");
    fill.style.width = (size > 0 ? Math.min(100, (100 * used) / size) : 0) + "%";
    frame.append(fill);
    box.append(frame, used + " of " + size);
    return box;
  };

  // columns: [heading, value of a row (text or element), "n" for numbers, "wide" for long texts]
  const table = (id, columns, rows, ifEmpty) => {
    const target = at(id);
    const body = element("tbody");
    for (const row of rows) {
      const line = element("tr");
      for (const [heading, value, kind] of columns) {
        const shown = value(row);
        const cell = element("td", null, kind);
        cell.dataset.label = heading;
        const nothing = shown === null || shown === undefined || shown === "" || shown === "-";
        if (nothing) cell.classList.add("none");
        cell.append(nothing ? "-" : shown);
        line.append(cell);
      }
      body.append(line);
    }
    if (rows.length === 0) {
      const line = element("tr");
      const cell = element("td", ifEmpty, "empty");
      cell.colSpan = columns.length;
      line.append(cell);
      body.append(line);
      target.replaceChildren(body);
      return;
    }
    const head = element("thead");
    const headings = element("tr");
    for (const [heading, , kind] of columns) headings.append(element("th", heading, kind));
    head.append(headings);
    target.replaceChildren(head, body);
  };

  const sum = (rows, key) => rows.reduce((total, row) => total + Number(row[key] || 0), 0);

  // ---- parts ----

  const databasePools = (now) => now.pools.filter((pool) => pool.database !== "pgbouncer");

  const databaseStats = (now) => now.stats.filter((row) => row.database !== "pgbouncer");

  const tiles = (now) => {
    const pools = databasePools(now);
    const waiting = sum(pools, "cl_waiting");
    const used = sum(pools, "sv_active");
    const all = ["sv_active", "sv_idle", "sv_used", "sv_tested", "sv_login", "sv_active_cancel", "sv_being_canceled"]
      .reduce((total, key) => total + sum(pools, key), 0);
    const longest = Math.max(0, ...pools.map((pool) => pool.maxwait * 1e6 + pool.maxwait_us));
    put("clients", count(now.clients));
    put("clients-max", "of " + count(now.clients_max));
    put("servers", count(all));
    put("servers-used", count(used) + " in use");
    put("waiting", count(waiting));
    put("longest", waiting > 0 ? "longest " + micros(longest) : "nobody");
    at("waiting-tile").classList.toggle("alarm", longest > 1e6);
    put("pinned", count(now.pins_total));
    if (before) {
      const seconds = (Date.parse(now.now) - Date.parse(before.now)) / 1000;
      const grown = (key) => Math.max(0, sum(databaseStats(now), key) - sum(databaseStats(before), key));
      if (seconds > 0) {
        const tps = grown("xact_count") / seconds;
        const checkouts = grown("server_assignment_count");
        samples.push(tps);
        if (samples.length > SAMPLES_MAX) samples.shift();
        put("tps", rate(tps));
        put("wait", checkouts > 0 ? micros(grown("wait_time") / checkouts) : "-");
        spark();
      }
    }
    before = now;
  };

  const spark = () => {
    const top = Math.max(1, ...samples);
    const points = samples.map((value, i) => 120 - ((samples.length - 1 - i) * 120) / (SAMPLES_MAX - 1) + "," + (26 - (24 * value) / top));
    at("tps-line").firstElementChild.setAttribute("points", points.join(" "));
  };

  const topology = (now) => {
    const replicas = new Map(now.replicas.map((replica) => [replica.node, replica]));
    const state = (node) => {
      const replica = replicas.get(node.node);
      if (node.role === "primary") return badge(node.excluded === "is the primary" || node.excluded === "" ? "primary" : "primary, silent", node.excluded === "is the primary" || node.excluded === "" ? "good" : "bad");
      if (replica && replica.state === "serves") return badge("serves reads", "good");
      return badge(node.role === "replica" ? "excluded" : "unknown", node.role === "replica" ? "warn" : "bad");
    };
    const lag = (node, key, unit) => {
      const replica = replicas.get(node.node);
      return node.role === "replica" && replica ? unit(replica[key]) : "-";
    };
    table("topology", [
      ["Node", (node) => node.node],
      ["State", state],
      ["Address", (node) => node.host + ":" + node.port],
      ["Timeline", (node) => String(node.timeline), "n"],
      ["Position", (node) => node.position],
      ["Lag", (node) => lag(node, "lag_bytes", bytes), "n"],
      ["Lag time", (node) => lag(node, "lag_ms", (ms) => micros(ms * 1000)), "n"],
      ["Heard", (node) => (node.heard_ms_ago === null ? "-" : micros(node.heard_ms_ago * 1000) + " ago"), "n"],
      ["Why", (node) => (node.role === "primary" ? "-" : node.excluded || "-"), "wide"],
    ], now.topology, "This pooler has no [nodes]; it goes where [databases] says.");
  };

  const pools = (now) => {
    table("pools", [
      ["Database", (pool) => pool.database],
      ["User", (pool) => pool.user],
      ["Mode", (pool) => pool.pool_mode],
      ["Servers in use", (pool) => bar(pool.sv_active, pool.pool_size), "wide"],
      ["Idle", (pool) => count(pool.sv_idle + pool.sv_used), "n"],
      ["Opening", (pool) => count(pool.sv_login), "n"],
      ["Clients", (pool) => count(pool.cl_active), "n"],
      ["Waiting", (pool) => (pool.cl_waiting > 0 ? element("b", count(pool.cl_waiting), "warn") : "0"), "n"],
      ["Longest wait", (pool) => (pool.cl_waiting > 0 ? micros(pool.maxwait * 1e6 + pool.maxwait_us) : "-"), "n"],
      ["Hold", (pool) => (pool.hold && pool.hold !== "none" ? badge(pool.hold, "warn") : "-")],
    ], databasePools(now), "No client has come yet.");
  };

  const people = (now) => {
    const who = (row) => row.user + "@" + (row.addr || "unix") + (row.application_name ? " " + row.application_name : "");
    put("waits-count", now.waits_total > ROWS_MAX ? "first " + ROWS_MAX + " of " + count(now.waits_total) : "");
    table("waits", [
      ["Pool", (row) => row.database + "/" + row.pool_user],
      ["Role", (row) => badge(row.role, row.role === "waiter" ? "warn" : "")],
      ["For", (row) => micros(row.age_us), "n"],
      ["Client", (row) => row.id + " " + who(row), "wide"],
      ["State", (row) => row.state],
      ["Server pid", (row) => (row.server_pid ? String(row.server_pid) : "-"), "n"],
      ["Statement", (row) => (row.statement ? element("code", row.statement) : "-")],
    ], now.waits.slice(0, ROWS_MAX), "Nobody waits for a server connection.");
    put("pins-count", now.pins_total > ROWS_MAX ? "first " + ROWS_MAX + " of " + count(now.pins_total) : "");
    table("pins", [
      ["Pool", (row) => row.database + "/" + row.pool_user],
      ["Reasons", (row) => row.reasons],
      ["For", (row) => micros(row.age_us), "n"],
      ["Client", (row) => row.id + " " + who(row), "wide"],
      ["State", (row) => row.state],
      ["Server pid", (row) => String(row.server_pid), "n"],
    ], now.pins.slice(0, ROWS_MAX), "No client keeps a server connection between transactions.");
    at("history-box").hidden = now.cluster === null && now.history.length === 0;
    table("history", [
      ["When", (row) => new Date(row.at).toLocaleString()],
      ["Primary", (row) => row.primary],
      ["Why", (row) => row.reason, "wide"],
      ["Epoch", (row) => String(row.epoch), "n"],
      ["Timeline", (row) => String(row.timeline), "n"],
      ["Position", (row) => row.position],
    ], now.history, "The primary has not changed yet.");
  };

  const show = (now) => {
    const state = at("state");
    put("state", now.state);
    state.className = "badge " + (now.state === "active" ? "good" : "warn");
    put("cluster", now.cluster === null ? "" :
      "cluster " + now.cluster + (now.controller ? ", controlled by " + now.controller : "") +
      (now.failover_paused ? ", automatic failover off" : ""));
    put("version", "Howdah " + now.version);
    put("uptime", "up " + micros(now.uptime_s * 1e6));
    document.title = (now.state === "active" ? "" : now.state + " - ") + "Howdah";
    tiles(now);
    topology(now);
    pools(now);
    people(now);
  };

  // ---- the stream ----

  const events = new EventSource("api/v1/events");
  events.onmessage = (event) => {
    heardAt = Date.now();
    put("link", "live");
    at("link").className = "faint";
    show(JSON.parse(event.data));
  };
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) {
      put("link", "not allowed, or too many look; load the page again");
      at("link").className = "bad";
    }
  };
  // A stream ends every 20 seconds and comes back by itself: only a longer silence means anything.
  setInterval(() => {
    if (heardAt > 0 && Date.now() - heardAt > 6000) {
      put("link", "no answer for " + Math.round((Date.now() - heardAt) / 1000) + " s");
      at("link").className = "bad";
    }
  }, 1000);
})();
