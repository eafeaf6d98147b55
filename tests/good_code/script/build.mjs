import { execSync } from 'node:child_process';
import { $ } from 'zx';

const TAG = 'latest';
execSync('npm ci', { stdio: 'inherit' });
execSync(`npm publish --tag ${TAG}`);
execSync(`${process.execPath} build.js`);
const branch = execSync('git rev-parse --abbrev-ref HEAD').toString().trim();
await $`git push origin ${branch}`;
