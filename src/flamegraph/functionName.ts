/**
 * A function's own name, as its source has it: without parameters, template arguments, scope, and
 * what a compiler or a JIT adds.
 *
 *   std::vector<int>::push_back(int const&)  push_back     copy_page.constprop.0     copy_page
 *   JS:*render file:///srv/app.js:12:7       render        main.(*Server).Serve      Serve
 */

/** V8 in a perf map: `JS:*name file:line:column`, `LazyCompile:~name file:line`. */
const JAVASCRIPT = /^(?:JS|LazyCompile|Function|Script|Eval|Builtin):[~*^+']*([\w$.#]*)/;

/** GCC's and LLVM's variants of one function. */
const VARIANT = /\.(?:constprop|part|isra|cold|lto_priv|llvm|localalias)(?:\.\d+)*/g;

export function bareFunctionName(name: string): string {
  const [, script] = JAVASCRIPT.exec(name) ?? [];
  if (script !== undefined) return script.slice(script.lastIndexOf('.') + 1);
  const plain = outermost(name.replaceAll('(anonymous namespace)', '').replace(VARIANT, ''));
  const last = plain.split(/::|\.|\s|\*/).filter((part) => part !== '');
  return last.at(-1) ?? name;
}

/** Without parameters, and without what stands between angle brackets. */
function outermost(name: string): string {
  let [depth, kept] = [0, ''];
  for (const char of name.replace(/\)\./g, ').\0')) {
    if (char === '<') depth++;
    else if (char === '>') depth = Math.max(0, depth - 1);
    else if (char === '\0') kept = '';
    else if (depth === 0 && char === '(' && kept !== '' && !kept.endsWith('.')) break;
    else if (depth === 0) kept += char;
  }
  return kept.trim();
}
