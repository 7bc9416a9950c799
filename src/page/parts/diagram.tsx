/** The diagram of a process, with what its elements do. */
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Box, Size } from '../layout/geometry.ts';

/** What the diagram shows. A number is shown only if it is above 0. */
export interface Marks {
  readonly active: ReadonlyMap<string, number>;
  readonly done: ReadonlyMap<string, number>;
  readonly incidents: ReadonlyMap<string, number>;
  readonly flows: ReadonlyMap<string, number>;
  /** Elements about which there are hints. */
  readonly hints?: ReadonlyMap<string, number> | undefined;
  readonly selected?: string | undefined;
}

/** The parts of the library that are used here. */
interface Canvas {
  addMarker(id: string, marker: string): void;
  removeMarker(id: string, marker: string): void;
  viewbox(): { readonly inner: Box; readonly outer: Size };
  viewbox(box: Box): void;
  resized(): void;
}
interface Overlays {
  add(id: string, type: string, overlay: object): string;
  remove(filter: { readonly element: string; readonly type: string }): void;
}
interface Registry {
  get(id: string): { readonly id: string } | undefined;
}
interface Parts {
  readonly canvas: Canvas;
  readonly overlays: Overlays;
  readonly registry: Registry;
}

/** Classes and badges of the diagram as they are now, by element. Only what differs is changed. */
interface Shown {
  readonly markers: Map<string, ReadonlySet<string>>;
  readonly badges: Map<string, string>;
}

const noMarkers: ReadonlySet<string> = new Set();

const partsOf = (viewer: NavigatedViewer): Parts => ({
  canvas: viewer.get('canvas'),
  overlays: viewer.get('overlays'),
  registry: viewer.get('elementRegistry'),
});

const wantedMarkers = ({
  active,
  done,
  incidents,
  flows,
  selected,
}: Marks): ReadonlyMap<string, ReadonlySet<string>> => {
  const markers = new Map<string, Set<string>>();
  const mark = (id: string, marker: string): void => {
    const own = markers.get(id) ?? new Set();
    markers.set(id, own.add(marker));
  };
  for (const id of done.keys()) mark(id, 'is-done');
  for (const id of active.keys()) mark(id, 'is-active');
  for (const id of incidents.keys()) mark(id, 'is-stuck');
  for (const id of flows.keys()) mark(id, 'is-taken');
  if (selected !== undefined) mark(selected, 'is-selected');
  return markers;
};

const signs: Readonly<Record<string, string>> = { stuck: '⚠ ', hint: '? ' };

/** Badges contain numbers only, so that no text of a model becomes part of the page. */
const badge = (className: string, title: string, count: number): string =>
  `<span class="badge ${className}" title="${title}">${signs[className] ?? ''}${Number(count)}</span>`;

const wantedBadges = ({ active, done, incidents, hints = new Map() }: Marks): ReadonlyMap<string, string> => {
  const badges = new Map<string, string>();
  for (const id of new Set([...active.keys(), ...done.keys(), ...incidents.keys(), ...hints.keys()])) {
    const parts = [
      incidents.has(id) ? badge('stuck', 'incidents', incidents.get(id)!) : '',
      active.has(id) ? badge('active', 'active now', active.get(id)!) : '',
      done.has(id) ? badge('done', 'completed', done.get(id)!) : '',
      hints.has(id) ? badge('hint', 'hints', hints.get(id)!) : '',
    ];
    badges.set(id, parts.join(''));
  }
  return badges;
};

const update = ({ canvas, overlays, registry }: Parts, shown: Shown, marks: Marks): void => {
  const markers = wantedMarkers(marks);
  for (const id of new Set([...shown.markers.keys(), ...markers.keys()])) {
    if (registry.get(id) === undefined) continue;
    const before = shown.markers.get(id) ?? noMarkers;
    const now = markers.get(id) ?? noMarkers;
    for (const marker of before) if (!now.has(marker)) canvas.removeMarker(id, marker);
    for (const marker of now) if (!before.has(marker)) canvas.addMarker(id, marker);
    shown.markers.set(id, now);
  }
  const badges = wantedBadges(marks);
  for (const id of new Set([...shown.badges.keys(), ...badges.keys()])) {
    if (registry.get(id) === undefined || shown.badges.get(id) === badges.get(id)) continue;
    overlays.remove({ element: id, type: 'count' });
    const html = badges.get(id);
    if (html === undefined) shown.badges.delete(id);
    else {
      overlays.add(id, 'count', { position: { top: -11, right: 14 }, html: `<div class="badges">${html}</div>` });
      shown.badges.set(id, html);
    }
  }
};

/** The file as it can be drawn. The code that makes a layout loads only for files without one. */
const drawable = async (xml: string): Promise<string> =>
  /<(?:\w+:)?BPMNShape\b/.test(xml) ? xml : (await import('../layout/layout.ts')).withLayout(xml);

/** What is read of a file: of its diagrams, only what they show. */
interface Definitions {
  readonly diagrams?: readonly {
    readonly plane?: {
      readonly bpmnElement?: {
        readonly id?: string;
        readonly participants?: readonly { readonly processRef?: { readonly id?: string } }[];
      };
    };
  }[];
}

/** Shows the diagram of a process: a file can have one for each of its processes, of which the first is drawn at once. */
const openDiagramOf = async (viewer: NavigatedViewer, process: string): Promise<void> => {
  const { diagrams = [] } = viewer.getDefinitions() as Definitions;
  const index = diagrams.findIndex(({ plane }) => {
    const { id, participants = [] } = plane?.bpmnElement ?? {};
    return id === process || participants.some(({ processRef }) => processRef?.id === process);
  });
  if (index > 0) await viewer.open(diagrams[index] as never);
};

/** Space around the diagram, in its own units. */
const padding = 26;

/** The whole diagram in the middle, but not larger than this. */
const maxScale = 1.1;

const fit = ({ canvas }: Parts, container: HTMLElement | null): void => {
  // A diagram that is not visible has no size.
  if (container === null || container.clientWidth === 0) return;
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  const scale = Math.min(
    maxScale,
    outer.width / (inner.width + 2 * padding),
    outer.height / (inner.height + 2 * padding),
  );
  const [width, height] = [outer.width / scale, outer.height / scale];
  canvas.viewbox({ x: inner.x + (inner.width - width) / 2, y: inner.y + (inner.height - height) / 2, width, height });
};

const colours = {
  defaultFillColor: 'var(--shape)',
  defaultStrokeColor: 'var(--ink)',
  defaultLabelColor: 'var(--ink)',
};

/** What {@link Diagram} shows. */
export interface DiagramProps {
  /** The file of the process. */
  readonly xml: string;
  /** The id of the process. */
  readonly process: string;
  readonly marks: Marks;
  /** What the diagram is called for screen readers. Everything in it is also in a list beside it. */
  readonly label: string;
  readonly onSelect?: (elementId: string | undefined) => void;
}

/** A diagram that can be moved and zoomed. */
export const Diagram = ({ xml, process, marks, label, onSelect }: DiagramProps) => {
  const container = useRef<HTMLDivElement>(null);
  const parts = useRef<Parts | undefined>(undefined);
  const shown = useRef<Shown>({ markers: new Map(), badges: new Map() });
  const [problem, setProblem] = useState<string>();
  const latest = useRef({ marks, onSelect });
  latest.current = { marks, onSelect };

  useEffect(() => {
    const viewer = new NavigatedViewer({ container: container.current!, bpmnRenderer: colours });
    let isOpen = true;
    const draw = async (): Promise<void> => {
      try {
        await viewer.importXML(await drawable(xml));
        await openDiagramOf(viewer, process);
        if (!isOpen) return;
        parts.current = partsOf(viewer);
        shown.current = { markers: new Map(), badges: new Map() };
        fit(parts.current, container.current);
        update(parts.current, shown.current, latest.current.marks);
        container.current?.setAttribute('data-ready', '');
        setProblem(undefined);
      } catch (error) {
        if (isOpen) setProblem(error instanceof Error ? error.message : String(error));
      }
    };
    viewer.on('element.click', (event: unknown) => {
      const { element } = event as { readonly element: { readonly id: string; readonly labelTarget?: { id: string } } };
      const id = element.labelTarget?.id ?? element.id;
      latest.current.onSelect?.(id);
    });
    const onFit = (): void => {
      if (parts.current !== undefined) fit(parts.current, container.current);
    };
    const resize = new ResizeObserver(onFit);
    resize.observe(container.current!);
    addEventListener('fit-diagram', onFit);
    void draw();
    return () => {
      isOpen = false;
      parts.current = undefined;
      resize.disconnect();
      removeEventListener('fit-diagram', onFit);
      viewer.destroy();
    };
  }, [xml, process]);

  useEffect(() => {
    if (parts.current !== undefined) update(parts.current, shown.current, marks);
  }, [marks]);

  return (
    <div class="diagram">
      <div class="canvas" ref={container} role="img" aria-label={label} />
      {problem === undefined ? null : (
        <p class="notice" role="status">
          The diagram cannot be drawn: {problem}
        </p>
      )}
    </div>
  );
};
