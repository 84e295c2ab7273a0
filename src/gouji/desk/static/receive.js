// Files and folders that are dropped: sent one at a time, with the progress shown. Without it the form sends them.
(function () {
  "use strict";

  var DEEPEST = 32; // the desk refuses less deep ones already; this only ends the walk

  function size(bytes) {
    return bytes < 1048576 ? Math.ceil(bytes / 1024) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
  }

  // All files of what was dropped, as {path, file}; a file that cannot be read has none.
  function dropped(transfer, most) {
    var found = [], entries = [];
    Array.prototype.forEach.call(transfer.items || [], function (item) {
      var entry = item.kind === "file" && item.webkitGetAsEntry && item.webkitGetAsEntry();
      if (entry) { entries.push(entry); }
    });
    if (!entries.length) { return Promise.resolve(chosen(transfer.files)); }

    function walk(entry, depth) {
      var path = entry.fullPath.replace(/^\/+/, "");
      if (found.length > most) { return Promise.resolve(); }
      if (entry.isFile) {
        return new Promise(function (done) {
          entry.file(function (file) { found.push({ path: path, file: file }); done(); }, function () {
            found.push({ path: path, file: null }); done();
          });
        });
      }
      if (depth > DEEPEST) { found.push({ path: path, file: null }); return Promise.resolve(); }
      return several(entry.createReader(), depth, path);
    }

    // A reader gives its entries in portions; the last one is empty.
    function several(reader, depth, path) {
      return new Promise(function (done) {
        reader.readEntries(done, function () { found.push({ path: path, file: null }); done([]); });
      }).then(function (some) {
        return some.length ? each(some, depth + 1).then(function () { return several(reader, depth, path); }) : null;
      });
    }

    function each(some, depth) {
      return Array.prototype.reduce.call(some, function (before, entry) {
        return before.then(function () { return walk(entry, depth); });
      }, Promise.resolve());
    }

    return each(entries, 0).then(function () { return found; });
  }

  function chosen(files) {
    return Array.prototype.map.call(files, function (file) {
      return { path: file.webkitRelativePath || file.name, file: file };
    });
  }

  function Sending(form) {
    this.form = form;
    this.part = document.getElementById("sending");
    this.bar = this.part.querySelector("progress");
    this.words = this.part.querySelector("[role=status]");
    this.refused = this.part.querySelector("[data-refused]");
    this.last = document.getElementById("uploaded");
    this.stopped = false;
    this.stored = 0;
    this.request = null;
    this.leave = function (event) { event.preventDefault(); event.returnValue = ""; };
  }

  Sending.prototype.ask = function (address, token, fields, progress) {
    var sending = this;
    return new Promise(function (done, failed) {
      var request = sending.request = new XMLHttpRequest(), data = new FormData();
      Object.keys(fields).forEach(function (name) { data.append(name, fields[name]); });
      request.open("POST", address);
      request.setRequestHeader("X-Desk-Token", token);
      request.upload.onprogress = progress || null;
      request.onload = function () {
        var answer = null;
        if (request.status === 200) {
          try { answer = JSON.parse(request.responseText); } catch (error) { answer = null; }
        }
        if (answer) { done(answer); return; }
        var page = new DOMParser().parseFromString(request.responseText, "text/html");
        var told = page.querySelector("[role=alert]");
        failed(new Error(told ? told.textContent : "没有传成。请重新打开这一页再试。"));
      };
      request.onerror = function () { failed(null); };
      request.onabort = function () { failed(new Error("已经停下。")); };
      request.send(data);
    });
  };

  Sending.prototype.say = function (path, why) {
    var line = document.createElement("li");
    line.className = "wrong"; line.textContent = path + "：" + why;
    if (this.refused.children.length < 200) { this.refused.appendChild(line); }
  };

  // Not for each small file: whoever listens to the page would hear nothing else.
  Sending.prototype.tell = function (words) {
    var now = Date.now();
    if (this.told && now < this.told + 500) { return; }
    this.told = now;
    this.words.textContent = words;
  };

  Sending.prototype.isSent = function (item) {
    return Boolean(item.file) && item.file.size <= Number(this.form.dataset.largest);
  };

  // What a file is worth in the bar: its bytes, and the request itself.
  Sending.prototype.weight = function (item) {
    return 65536 + (this.isSent(item) ? item.file.size : 0);
  };

  Sending.prototype.begin = function (items) {
    var sending = this, data = this.form.dataset;
    this.form.hidden = true; this.part.hidden = false;
    if (!items.length) { this.end("里面没有文件。"); return; }
    var bytes = items.reduce(function (sum, item) { return sum + (item.file ? item.file.size : 0); }, 0);
    this.bar.max = items.reduce(function (sum, item) { return sum + sending.weight(item); }, 0); this.bar.value = 0; this.before = 0;
    this.words.textContent = "正在传 " + items.length + " 个文件，共 " + size(bytes) + "……";
    window.addEventListener("beforeunload", this.leave);
    this.ask(data.begin, data.beginToken, {}).then(function (answer) {
      sending.last.upload.value = answer.upload;
      return sending.all(items);
    }).then(function () {
      window.removeEventListener("beforeunload", sending.leave);
      sending.collect();
    }).catch(function (error) { sending.end(error ? error.message : "", !error); });
  };

  Sending.prototype.all = function (items) {
    var sending = this;
    return items.reduce(function (before, item, number) {
      return before.then(function () {
        if (sending.stopped) { throw new Error("已经停下。"); }
        sending.tell((number + 1) + "/" + items.length + " " + item.path);
        return sending.one(item);
      });
    }, Promise.resolve());
  };

  Sending.prototype.one = function (item) {
    var sending = this, data = this.form.dataset, bytes = item.file ? item.file.size : 0;
    var fields = { upload: this.last.upload.value, path: item.path, size: bytes };
    if (this.isSent(item)) { fields.file = item.file; }
    return this.ask(data.one, data.oneToken, fields, function (event) {
      if (event.total) { sending.bar.value = sending.before + sending.weight(item) * event.loaded / event.total; }
    }).catch(function (error) {
      if (error || !fields.file) { throw error; }
      // The desk is gone, or the browser cannot read the file: it is asked again without the file.
      delete fields.file;
      return sending.ask(data.one, data.oneToken, fields);
    }).then(function (answer) {
      sending.before += sending.weight(item); sending.bar.value = sending.before;
      if (answer.trouble) { sending.say(item.path, answer.trouble); } else { sending.stored += 1; }
    });
  };

  Sending.prototype.collect = function () {
    this.last.elements.accept_repairs.disabled = !(this.form.elements.accept_repairs || {}).checked;
    this.part.querySelector("[data-stop]").hidden = true;
    this.words.textContent = "传完了，正在收表……";
    this.last.submit();
  };

  // Stopped, by the officer or by trouble: what has come stays, and can be collected.
  Sending.prototype.end = function (why, gone) {
    window.removeEventListener("beforeunload", this.leave);
    if (gone) { document.getElementById("gone").hidden = false; }
    this.part.querySelector("[data-stop]").hidden = true;
    this.part.querySelector("[data-again]").hidden = false;
    this.last.querySelector("button").hidden = !this.stored;
    this.words.textContent = why + (this.stored ? "已经传来的 " + this.stored + " 个在“回收”文件夹里，没有丢。" : "");
    this.last.elements.accept_repairs.disabled = !(this.form.elements.accept_repairs || {}).checked;
    (this.stored ? this.last.querySelector("button") : this.part.querySelector("[data-again]")).focus();
  };

  function hasFiles(event) {
    return event.dataTransfer && Array.prototype.indexOf.call(event.dataTransfer.types, "Files") >= 0;
  }

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.getElementById("chosen");
    if (!form || !window.FormData || !window.Promise || !form.dataset) { return; }
    var zone = form.querySelector(".drop"), sending = null;

    function start(items) {
      sending = new Sending(form);
      sending.part.querySelector("[data-stop]").addEventListener("click", function () {
        sending.stopped = true;
        if (sending.request) { sending.request.abort(); }
      });
      sending.begin(items);
    }

    zone.querySelector("[data-drop-words]").hidden = false;
    // A file that is dropped beside the zone would replace the page.
    ["dragover", "drop"].forEach(function (name) {
      document.addEventListener(name, function (event) { if (hasFiles(event)) { event.preventDefault(); } });
    });
    document.addEventListener("dragover", function (event) { if (hasFiles(event)) { zone.classList.add("over"); } });
    document.addEventListener("dragleave", function (event) { if (!event.relatedTarget) { zone.classList.remove("over"); } });
    document.addEventListener("drop", function (event) {
      zone.classList.remove("over");
      if (sending || !hasFiles(event)) { return; }
      sending = true;
      dropped(event.dataTransfer, Number(form.dataset.most)).then(start);
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      event.stopImmediatePropagation();
      var items = [];
      Array.prototype.forEach.call(form.querySelectorAll("input[type=file]"), function (input) {
        items = items.concat(chosen(input.files));
      });
      if (!items.length) { form.querySelector("input[type=file]").focus(); return; }
      start(items);
    });
  });
}());
