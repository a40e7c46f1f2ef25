#!/bin/sh
# Builds the two stand-in libraries and writes them, gzipped and in Base64, to the resources of the
# test kit. Needs gcc for x86-64 and runs only when a C file changes; the build does not call it.
set -eu
cd "$(dirname "$0")"
resources=../resources/dev/syncline/testkit/server
mkdir -p "$resources"
for name in aio numa; do
  library=lib$name.so.1
  gcc -Wall -Werror -Os -fPIC -shared -nostdlib -ffreestanding -fno-asynchronous-unwind-tables \
    -fno-ident -Wl,--build-id=none -Wl,-soname,"$library" -Wl,--version-script="$name.map" \
    -Wl,-z,max-page-size=4096 -Wl,-z,noseparate-code -Wl,-z,noexecstack -Wl,-s -o "$library" "$name.c"
  gzip -9nc "$library" | base64 -w 76 >"$resources/$library.gz.base64"
  rm "$library"
done
