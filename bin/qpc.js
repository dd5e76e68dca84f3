#!/usr/bin/env node
// Plain old JavaScript on purpose: it must parse on an old Node, so that it can say which Node is needed.
var need = [22, 13];
var have = process.versions.node.split('.').map(Number);

function start() {
  import('node:module')
    .then((module) => {
      if (module.enableCompileCache) module.enableCompileCache();
      return import('../dist/main.js');
    })
    .then((qpc) => qpc.main(process.argv.slice(2)))
    .catch((error) => {
      process.stderr.write('qpc: internal error: ' + ((error && error.stack) || error) + '\n');
      process.exit(70);
    });
}

// A checkout carries a newer Node as a development dependency; the same command line is run again on it.
function startOnOwnNode(node) {
  import('node:child_process').then((children) => {
    var env = Object.assign({}, process.env, { QPC_REEXEC: '1' });
    var child = children.spawn(node, process.execArgv.concat(process.argv.slice(1)), { stdio: 'inherit', env: env });
    ['SIGTERM', 'SIGHUP', 'SIGINT'].forEach((signal) => {
      process.on(signal, () => {
        child.kill(signal);
      });
    });
    child.on('exit', (code, signal) => {
      if (signal) {
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
      } else process.exit(code === null ? 70 : code);
    });
  });
}

function refuse() {
  process.stderr.write(
    'qpc needs Node.js ' +
      need.join('.') +
      ' or newer; this is ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ').\n' +
      'Get one: https://nodejs.org/en/download  or  npm install -g node@24  or  nvm install 24\n',
  );
  process.exit(69);
}

if (have[0] > need[0] || (have[0] === need[0] && have[1] >= need[1])) start();
else {
  import('node:fs').then((fs) =>
    import('node:url').then((url) => {
      var own = url.fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
      if (!process.env.QPC_REEXEC && fs.existsSync(own)) startOnOwnNode(own);
      else refuse();
    }),
  );
}
