/**
 * The style sheet of a saved picture. Colours are written out for each theme, without variables:
 * image viewers know CSS as it was long ago, and pass over the dark half.
 */
import { KINDS } from './pictureData';
import { PALETTE, shade, SHADED, SHADES, type Theme } from './palette';

const SANS = 'system-ui,-apple-system,"Segoe UI",Roboto,Cantarell,"DejaVu Sans",sans-serif';
const MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace';

const SHAPES = `
text{font:12px ${SANS}}
.title{font-size:19px;font-weight:600}
#names text{font:11px ${MONO};pointer-events:none;white-space:pre}
#names .level{font-weight:600}
#frames rect{cursor:pointer;outline:none}
#frames rect:hover{opacity:.82}
#frames .ancestor{opacity:.6}
#frames .marked{stroke-width:1.5px}
#frames rect:focus-visible{stroke-width:2px}
.searching #frames rect:not(.match,:focus-visible){opacity:.35}
.searching #names text:not(.match){opacity:.55}
#path{white-space:pre}
.crumb{cursor:pointer}
.crumb:hover,.crumb:focus{text-decoration:underline;outline:none}
.crumb[aria-current]{font-weight:600;cursor:default;text-decoration:none}
.field{font:13px ${SANS};box-sizing:border-box;width:100%;height:100%;padding:0 10px;border-radius:6px;outline-offset:-1px}
@media (prefers-reduced-motion:no-preference){
.gliding #frames rect{transition:x .16s ease-out,width .16s ease-out}
.gliding #names text{animation:appear .16s ease-in}
}
@keyframes appear{from{opacity:0}}
#tip{pointer-events:none}
#tip .name{font:600 12px ${MONO}}
`;

export function styleSheet(): string {
  const dark = themeRules('dark');
  return `${SHAPES}${themeRules('light')}@media (prefers-color-scheme:dark){\n${dark}}\n`;
}

function themeRules(theme: Theme): string {
  const { background, text, muted, line, field, focus, mark, match, matchText } = PALETTE[theme];
  return `svg{color-scheme:${theme};background:${background}}
.ground{fill:${background}}
text{fill:${text}}
.muted,.crumb{fill:${muted}}
.crumb:hover,.crumb[aria-current]{fill:${text}}
.field{color:${text};background:${field};border:1px solid ${line}}
#tip rect{fill:${background};stroke:${line}}
.hatch{stroke:${line}}
${fillRules(theme)}#frames .other{fill:url(#hatch)}
#frames .marked{stroke:${mark}}
.mark{fill:${mark}}
#frames .match{fill:${match}}
#names .match{fill:${matchText}}
#frames rect:focus-visible{stroke:${focus}}
`;
}

function fillRules(theme: Theme): string {
  const rules = KINDS.flatMap((kind) => {
    const steps = SHADED.has(kind) ? SHADES : 1;
    return Array.from({ length: steps }, (_, step) => {
      return `.${kind}${steps > 1 ? step : ''}{fill:${shade(theme, kind, step)}}\n`;
    });
  });
  return rules.join('');
}
