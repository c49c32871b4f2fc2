import type { TopLevelSpec } from 'vega-lite';
import { config } from './theme.ts';

/**
 * Draws a Vega-Lite plot as an SVG file. The same plot gives the same bytes: data is inline, nothing is timed or drawn at
 * random, and coordinates are cut to two decimals. Vega is loaded here and nowhere else, since that takes half a second.
 *
 * @throws Error where Vega-Lite finds fault with the specification: what it would only warn about is an error here
 */
export async function renderSvg(plot: TopLevelSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const complaints: string[] = [];
  const logger = vega.logger(vega.Warn, undefined, (_method, _level, message) => {
    complaints.push(message.map(String).join(' '));
  });
  const { spec } = vegaLite.compile(plot, { logger, config });
  vega.resetSVGDefIds();
  const view = new vega.View(vega.parse(spec), { renderer: 'none', logger });
  const svg = await view.toSVG();
  view.finalize();
  if (complaints.length > 0) throw new Error(`plot ${plot.name ?? ''}: ${complaints.join('; ')}`);
  return `${withShortNumbers(svg)}\n`;
}

/** Cuts numbers inside tags to two decimals: a hundredth of a pixel. Text between tags stays as it is. */
function withShortNumbers(svg: string): string {
  return svg.replace(/<[^>]+>/g, (tag) => tag.replace(/(\.\d{2})\d+/g, '$1').replace(/\.00(?!\d)/g, ''));
}
