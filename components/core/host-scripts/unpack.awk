# Unpacks the text made by packTextFiles (text-files.ts) under `root`. Plain awk, because a bare host has nothing else.
remaining > 0 {
  printf "%s%s", $0, (bare && remaining == 1 ? "" : "\n") > target
  if (--remaining == 0) close(target)
  next
}
($1 == "#file" || $1 == "#bare") && NF == 4 {
  bare = ($1 == "#bare")
  target = root "/" $4
  directory = target
  sub(/\/[^\/]*$/, "", directory)
  if (system("mkdir -p '" directory "'") != 0) exit 1
  printf "" > target
  if (system("chmod " $2 " '" target "'") != 0) exit 1
  remaining = $3 + 0
  if (remaining == 0) close(target)
  next
}
{
  print "unpack: a line outside any file: " $0 > "/dev/stderr"
  exit 1
}
END {
  if (remaining > 0) {
    print "unpack: the text ended in the middle of " target > "/dev/stderr"
    exit 1
  }
}
