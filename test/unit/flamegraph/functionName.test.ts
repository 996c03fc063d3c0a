import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareFunctionName } from '../../../src/flamegraph/functionName';

test('the name as the source has it', () => {
  const names = {
    leaf: 'leaf',
    'copy_page.constprop.0': 'copy_page',
    'run.part.0.cold': 'run',
    'std::vector<int, std::allocator<int> >::push_back(int const&)': 'push_back',
    '(anonymous namespace)::Parser::next()': 'next',
    'void demo::sort<char const*>(char const*)': 'sort',
    'core::ptr::drop_in_place<alloc::string::String>': 'drop_in_place',
    'main.(*Server).Serve': 'Serve',
    'main.serve': 'serve',
    'JS:*render file:///srv/app.js:12:7': 'render',
    'JS:~Module.load node:internal/modules/cjs/loader:1': 'load',
    'LazyCompile:*fibonacci /opt/demo/report.js:2': 'fibonacci',
  };
  for (const [whole, bare] of Object.entries(names)) assert.equal(bareFunctionName(whole), bare);
});

test('a name that is nothing but punctuation is left as it is', () => {
  assert.equal(bareFunctionName('[unknown]'), '[unknown]');
  assert.equal(bareFunctionName('::'), '::');
});
