#!/bin/sh
# compare.sh OLD FOLDER: for each scheme of a folder that OLD has too, what changed in meaning as Markdown, and
# the impact (names masked) where there are events. Rows that cannot be read are named on the screen and left out
# of it. Exits with 2 if a scheme cannot be compared.
old=$1
folder=$2
for scheme in "$folder"/*/scheme.yaml; do
  before=$old/$scheme
  place=$(dirname "$scheme")
  [ -f "$before" ] || continue
  changes=$(jifen diff "$before" "$scheme" --format markdown)
  case $? in
    0) continue ;;
    1) ;;
    *) exit 2 ;;
  esac
  printf '## %s\n\n%s\n' "$place" "$changes"
  [ -f "$place/events.csv" ] || continue
  set -- "$before" "$scheme" "$place/events.csv"
  [ -f "$place/roster.csv" ] && set -- "$@" --roster "$place/roster.csv"
  effect=$(jifen impact "$@" --mask --format markdown)
  [ $? -le 1 ] || exit 2
  printf '\n%s\n' "$effect" | sed 's/^#/##/'
done
