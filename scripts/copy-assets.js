// tsc emits only JavaScript; everything else a room reads at run time is copied beside it.
import {cp, rm} from 'node:fs/promises'

const assets = ['lib/db/migrations']

for (const asset of assets) {
  const target = new URL(`../dist/${asset}`, import.meta.url)
  // A file that was renamed or taken away must not stay behind: a migration would be run twice.
  await rm(target, {recursive: true, force: true})
  await cp(new URL(`../src/${asset}`, import.meta.url), target, {recursive: true})
}
