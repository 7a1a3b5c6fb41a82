// tsc emits only JavaScript; everything else a room reads at run time is copied beside it.
import {cp, rm} from 'node:fs/promises'

const assets = ['lib/db/migrations']

for (const asset of assets) {
  const target = new URL(`../dist/${asset}`, import.meta.url)
  // What was renamed or removed must not stay behind in an older build.
  await rm(target, {recursive: true, force: true})
  await cp(new URL(`../src/${asset}`, import.meta.url), target, {recursive: true})
}
