// `npm run site` builds the site of the documentation in site/.vitepress/dist; `npm run site -- dev` serves it while you write.
import { prepare, run } from './prepare.mjs'

prepare()
run('npm', ['ci', '--prefix', 'site'])
run('npm', ['run', process.argv[2] ?? 'build', '--prefix', 'site'])
