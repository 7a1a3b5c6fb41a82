// tsc emits only JavaScript; everything else a room reads at run time is copied beside it.
import {cp} from 'node:fs/promises'

const assets = ['lib/db/migrations']

for (const asset of assets) {
  await cp(new URL(`../src/${asset}`, import.meta.url), new URL(`../dist/${asset}`, import.meta.url), {recursive: true})
}
