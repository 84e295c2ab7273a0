#!/bin/sh
# Runs gouji with the machine's own Python. When it is first started it makes an environment beside this file, from the
# wheels of this folder alone: neither a network nor pip is needed. Without arguments it opens the page of the officer;
# what is dropped on it comes as full paths, and goes there too.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)

if [ "$(uname -m)" != "@MACHINE@" ]; then
  echo "gouji：这个包是给 @MACHINE@ 的电脑用的，这台电脑是 $(uname -m)。请换对应的包。" >&2
  exit 2
fi

found=
for python in ${GOUJI_PYTHON:-} $(for version in @PYTHONS@; do echo "python$version"; done) python3 python; do
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
  case " @PYTHONS@ " in
    *" $version "*) found=$python; break ;;
  esac
done
if [ -z "$found" ]; then
  echo "gouji：这台电脑上没有能用的 Python（@PYTHONS@ 之一）。装在别处的，用 GOUJI_PYTHON=路径 指明。" >&2
  exit 2
fi

home=$here/venv-$version
if [ ! -x "$home/bin/python" ]; then
  if [ ! -w "$here" ]; then
    echo "gouji：这个文件夹不能写。请把整个文件夹复制到自己的文件夹里再运行。" >&2
    exit 2
  fi
  echo "第一次使用，正在准备，大约一分钟，只有这一次……" >&2
  rm -rf "$home.new"
  "$found" -m venv --without-pip "$home.new"
  for pip in "$here"/wheels/pip-*.whl; do :; done
  "$home.new/bin/python" "$pip/pip" --isolated install --quiet --disable-pip-version-check \
    --no-index --no-cache-dir --find-links "$here/wheels" gouji >&2
  mv "$home.new" "$home"
fi
case "${1:-}" in
  /*) set -- desk "$@" ;;
esac
exec "$home/bin/python" -P -m gouji "$@"  # -P: no module of the folder in which it starts
