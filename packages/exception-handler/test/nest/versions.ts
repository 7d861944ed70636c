import type * as Common from '@nestjs/common'
import type * as Core from '@nestjs/core'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { folderOf, nestFolders } from '../support/install-nests.ts'

/** A version of Nest with everything that it has beyond HTTP. */
export interface NestVersion {
  readonly common: typeof Common
  readonly core: typeof Core
  /** Any other package of the same folder. */
  readonly load: <Module>(name: string) => Promise<Module>
}

/** Each supported version. */
export const versions: readonly {
  readonly name: string
  readonly loadVersion: () => Promise<NestVersion>
}[] = nestFolders.map((folder) => ({
  name: folder.replace('nest', 'Nest '),
  loadVersion: async () => {
    const { resolve } = createRequire(`${folderOf(folder)}package.json`)
    const load = async <Module>(name: string): Promise<Module> =>
      (await import(pathToFileURL(resolve(name)).href)) as Module
    return { common: await load('@nestjs/common'), core: await load('@nestjs/core'), load }
  },
}))
