"""The table on the screen, and the page, the plot and the figures in doc/."""
import collections
import json

# Figure, what it is called, what is to be reached, and in which direction.
WANTED = (
    ('top1', 'the planted cause stands first', 0.95, 'at least'),
    ('top3', 'it is among the first three', 0.99, 'at least'),
    ('stage', 'the stage is right', 0.99, 'at least'),
    ('side', 'the side is right', 0.99, 'at least'),
    ('brier', 'multi-class Brier score', 0.08, 'at most'),
    ('ece', 'calibration error, ten bins', 0.05, 'at most'),
    ('healthy_of_broken', 'broken runs said to be healthy', 0, 'at most'),
    ('false_alarms', 'healthy runs that are given a cause', 0, 'at most'),
)
COUNTS = ('healthy_of_broken', 'false_alarms')


def shown(name, value):
    if value is None:
        return '-'
    if name in COUNTS or isinstance(value, int):
        return str(value)
    return f'{value:.3f}' if name in ('brier', 'ece') else f'{100 * value:.1f} %'


def is_reached(value, wanted, how):
    return value is not None and (value >= wanted if how == 'at least' else value <= wanted)


def table(head, rows):
    cells = [[str(c) for c in row] for row in [head, *rows]]
    widths = [max(len(r[i]) for r in cells) for i in range(len(head))]
    line = lambda r: '| ' + ' | '.join(c.ljust(w) for c, w in zip(r, widths)) + ' |'
    return '\n'.join([line(cells[0]), '|' + '|'.join('-' * (w + 2) for w in widths) + '|',
                      *map(line, cells[1:])])


def wanted_rows(view):
    rows = [(says, shown(name, view[name]), f'{how} {shown(name, wanted)}',
             'reached' if is_reached(view[name], wanted, how) else 'missed')
            for name, says, wanted, how in WANTED]
    kinds = view['kinds_abstained']
    return rows + [('kinds of unknown fault that always end uncertain', f'{kinds} of {view["strange_kinds"]}',
                    'at least 9 of 10', 'reached' if kinds >= 9 else 'missed')]


STAGED = ('probe', 'code', 'capture')  # views in which a stage fails
VIEW_HEAD = ('view', 'runs', 'causes', 'first', 'first three', 'macro F1', 'stage', 'side', 'Brier', 'ECE', 'named',
             'sure and wrong')


def view_row(name, v):
    return (name, v['faults'], v['causes'], shown('', v['top1']), shown('', v['top3']),
            '-' if v['macro_f1'] is None else f'{v["macro_f1"]:.3f}',
            shown('', v['stage']) if v['stage'] and name in STAGED else '-',
            shown('', v['side']) if v['side'] else '-',
            shown('brier', v['brier']), shown('ece', v['ece']), shown('', v['named']), v['sure_and_wrong'])


def peer_rows(peers):
    for tool, p in peers.items():
        if p is None:
            yield tool, 'not run', '', '', '', ''
        else:
            yield (tool, p['scenarios'], shown('', p['top1']), shown('', p['top3']), p['healthy_of_broken'],
                   f'{p["false_alarms"]} of {p["sound"]}')


PEER_HEAD = ('tool', 'faults', 'first', 'first three', 'said healthy', 'false alarms')


def screen(result):
    probe = result['views']['probe']
    parts = [f'accuracy: {probe["runs"]} runs of the probe, seed {result["seed"]}, {result.get("took_s", 0)} s', '',
             table(('figure', 'value', 'wanted', ''), wanted_rows(probe)), '',
             table(VIEW_HEAD, [view_row(n, v) for n, v in result['views'].items()]), '']
    orders = [(n, o['faults'], shown('', o['top1']), shown('', o['top3']), '', '')
              for n, o in result['orders'].items()]
    parts += [table(PEER_HEAD, [*orders, *peer_rows(result['peers'] or {})])]
    if result['servers']:
        s = result['servers']
        parts += ['', f'real servers and namespaces: {s["cases"]} faults, first {shown("", s["top1"])}, first three '
                  f'{shown("", s["top3"])}, {s["healthy_of_broken"]} said healthy; {s["found_healthy"]} of '
                  f'{s["sound"]} good ones found healthy']
    return '\n'.join(parts)


# --- the plot ---


COLOURS = ('#1f5fa8', '#8aa4bf', '#c0392b')


def svg(result):
    """Claim against truth on the left, first and first three of each row on the right."""
    left = reliability(result['views']['probe']['bins'])
    right = bars(result)
    height = max(330, 60 + 22 * len(rows_of_bars(result)) + 30)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 {height}" font-family="sans-serif" '
            f'font-size="12" role="img">\n<title>How sure the program claims to be, and how often it is '
            f'right</title>\n<rect width="860" height="{height}" fill="#ffffff"/>\n{left}{right}</svg>\n')


def text(x, y, words, anchor='start', size=12, colour='#222222'):
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{words}</text>\n'


def reliability(bins):
    x0, y0, size = 60, 280, 230
    out = text(x0, 28, 'What it claims, and how often it is right', size=13)
    out += f'<rect x="{x0}" y="{y0 - size}" width="{size}" height="{size}" fill="none" stroke="#888888"/>\n'
    out += (f'<line x1="{x0}" y1="{y0}" x2="{x0 + size}" y2="{y0 - size}" stroke="#888888" '
            f'stroke-dasharray="4 4"/>\n')
    for k in range(0, 11, 2):
        out += text(x0 + size * k / 10, y0 + 16, f'{10 * k}', 'middle', 10)
        out += text(x0 - 6, y0 - size * k / 10 + 4, f'{10 * k}', 'end', 10)
    out += text(x0 + size / 2, y0 + 34, 'claimed, %', 'middle', 11)
    out += text(16, y0 - size - 6, 'right, %', 'start', 11)
    most = max(b[0] for b in bins)
    for n, claimed, right in bins:
        if n:
            x, y = x0 + size * claimed / n, y0 - size * right / n
            out += (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{3 + 9 * (n / most) ** 0.5:.1f}" fill="{COLOURS[0]}" '
                    f'fill-opacity="0.75"><title>{n} runs</title></circle>\n')
    return out


def rows_of_bars(result):
    rows = [(f'rdpwhy, {n}', v['top1'], v['top3']) for n, v in result['views'].items()]
    if result['servers']:
        rows.append(('rdpwhy, real servers', result['servers']['top1'], result['servers']['top3']))
    rows += [(n, o['top1'], o['top3']) for n, o in result['orders'].items()]
    for tool, p in (result['peers'] or {}).items():
        if p:
            rows.append((f'{tool}, over loopback', p['top1'], p['top3']))
    return rows


def bars(result):
    x0, width = 530, 270
    out = text(350, 28, 'The planted cause stands first (dark), among three (light)', size=13)
    for i, (name, one, three) in enumerate(rows_of_bars(result)):
        y = 50 + 22 * i
        out += text(x0 - 8, y + 11, name, 'end', 11)
        for share, colour in ((three, COLOURS[1]), (one, COLOURS[0])):
            out += f'<rect x="{x0}" y="{y}" width="{width * (share or 0):.1f}" height="15" fill="{colour}"/>\n'
        out += text(x0 + width + 6, y + 11, f'{100 * (one or 0):.0f} %', 'start', 11)
    return out


# --- the page ---


INTRO = '''# How often it is right

This page is what `./dev bench accuracy` produced; it also wrote [accuracy.svg](accuracy.svg) and
`accuracy.json`. The same seed gives the same runs. The mixture is in `bench/accuracy_cases.c` and
`bench/accuracy_others.c`: each row says what is planted and how it fails.

**The program is measured and calibrated on our mixture, not on how often faults occur in the
field.** Nobody has counted that. Each cause counts the same here, a fault is always one that shows
from outside, and the hosts are played: the bytes are those of the same protocol code that the program
reads with, so a misreading shared by both does not show. The rows on real servers, further down, do not have
this weakness, and there are fewer of them.

![claimed probability and truth](accuracy.svg)
'''

TERMS = '''- *First* and *first three*: where the planted cause stands in the program's order. A closer description of a
  cause counts as that cause where the view cannot separate them.
- *Stage*: where it fails by the report: the stage marked as failed, otherwise that of the first
  cause. *Side*: the most probable side.
- *Brier*: the mean over runs of the squared distance between the probabilities (each cause, *healthy*,
  *not in the catalogue*) and the truth; 0 is best, 2 worst. *ECE*: the mean distance between the
  claimed probability of the most probable class and how often it is right, in ten bins.
- *Named*: the verdict names a cause. *Sure and wrong*: it names another than was planted.
- Sets, causes that cannot be told apart by what is seen, are merged before scoring.
'''


def paragraph_on_bins(view):
    rows = [(f'{10 * i} to {10 * i + 10} %', n, f'{100 * claimed / n:.0f} %', f'{100 * right / n:.0f} %')
            for i, (n, claimed, right) in enumerate(view['bins']) if n]
    lower = sum(b[2] for b in view['bins']) > sum(b[1] for b in view['bins'])
    n = sum(b[0] for b in view['bins'])
    return (table(('claimed', 'runs', 'mean claim', 'right'), rows) +
            f'\n\nOver all {n} runs the mean claim is {100 * sum(b[1] for b in view["bins"]) / n:.0f} % and '
            f'{100 * sum(b[2] for b in view["bins"]) / n:.0f} % are right: the program claims '
            f'{"less" if lower else "more"} than it could here. ')


def sets_of(result):
    tables, runs = result['tables'], result['runs']
    count = collections.Counter(r['truth'][0]['way'] for r in runs if r['view'] == 'probe' and r['kind'] == 'fault')
    told = collections.Counter(r['truth'][0]['way'] for r in runs
                               if r['view'] == 'probe' and r['kind'] == 'fault' and r['truth'][0].get('told'))
    rows = [(i, w['says'], ', '.join(w['set']), w.get('tells', '-'), f'{told[i]} of {count[i]}')
            for i, w in tables.sets().items()]
    return table(('seen from outside', 'what it is', 'planted causes', 'what tells them apart',
                  'a check that tells is offered'), rows)


def causes_of(result):
    by = collections.OrderedDict()
    for r in result['runs']:
        if r['view'] == 'probe' and r['kind'] == 'fault':
            by.setdefault(r['id'], []).append(r)
    rows = []
    for cause, runs in by.items():
        ways = dict.fromkeys(r['truth'][0]['way'] for r in runs)
        p = [sum(r['families'].get(f, 0) for f in set(r['truth'][0]['families'])) for r in runs]
        rows.append((cause, ', '.join(ways), len(runs), sum(r['first'] for r in runs), f'{100 * sum(p) / len(p):.0f} %',
                     sum(bool(r.get('cause')) for r in runs)))
    return table(('planted', 'in these ways', 'runs', 'first', 'mean claim', 'named'), rows)


def strange_of(result):
    rows = []
    for i, row in result['tables'].by['strange'].items():
        runs = [r for r in result['runs'] if r['kind'] == 'strange' and r['id'] == i]
        rows.append((row['says'], sum(r['state'] == 'uncertain' for r in runs), len(runs),
                     f'{100 * sum(r["unknown"] for r in runs) / len(runs):.0f} %'))
    return table(('fault', 'uncertain', 'runs', 'mean claim of "not in the catalogue"'), rows)


def sound_of(result):
    rows = []
    for i, row in result['tables'].by['sound'].items():
        runs = [r for r in result['runs'] if r['kind'] == 'sound' and r['id'] == i]
        rows.append((row['says'], sum(r['state'] == 'healthy' for r in runs), len(runs)))
    return table(('host', 'found healthy', 'runs'), rows)


def strengths_of(result):
    notes = {'moderate': 'fitted here, see below'}
    rows = [(s['id'], s['given_cause'], s['given_other'], notes.get(s['id'], 'expert order'))
            for s in result['tables'].by['strength'].values()]
    return table(('class', 'seen if cause', 'seen if not', 'source'), rows)


PRIORS = (
    ('healthy, without a failure code', '0.50', 'expert order'),
    ('not reproduced, with a failure code', '0.10', 'expert order'),
    ('not in the catalogue, without / with a code', '0.05 / 0.10', 'expert order'),
    ('a cause among the causes', '0.9 by rank in its code class, 0.1 by commonness (4, 2, 1)',
     'rank in the domain sources'),
    ('healthy when something blocks / may block', '0.0005 / 0.2', 'expert order'),
    ('a cause that does not explain what blocks, or what comes and goes', '0.01', 'fitted here'),
    ('a cause that does not explain what may block', '0.2', 'equal to that of healthy'),
    ('a cause that nothing supports, after all was passed and without a code', '0.02', 'fitted here'),
    ('not in the catalogue, in print, where a cause explains what hinders', '0.05', 'fitted here'),
    ('most that evidence from outside may claim', '0.95', 'expert order'),
    ('from here on a cause is named, by the cautious reading', '0.80', 'expert order'),
    ('most that is printed for what is not named for want of probability', '0.79', 'below that'),
)

FITTED = '''Five numbers were moved by hand over small grids: the second number of *moderate* (0.12 to 0.07), the
factor on a cause that does not explain what blocks (0.1 to 0.01), the factor after a clean run (new; then wider, see
[diagnosis.md](diagnosis.md) 4), and the factor on *not in the catalogue* in what is printed (new; 1, 0.3, 0.1 and 0.05
were tried). The scenarios are halved by the way in which they fail, never by variant, and the grid was judged
by half A; but the figures of half B stood beside it on the screen, so B is not as good as unseen. What bounded the
choice were the decided cases of `test/golden`, `test_infer` and `test_lab`: no verdict, cause or set of theirs
changed. The seed of the runs shown here was not looked at before; five more gave Brier 0.030 to 0.032 and
a calibration error of 0.048 to 0.049. All other numbers are as they were: with
this little data more would be fitting noise.

Part of what is claimed more boldly than before is the mixture's doing and not the program's. A sign that
several causes of the catalogue share used to be planted for some of them only, so that the share of the others
counted as an error; now it is planted for each. The old program on this mixture has Brier 0.069 and calibration error
0.106; this program on the old mixture has 0.048 and 0.069 (both with seed 7; before all of it 0.083 and 0.112). That few faults lie outside the catalogue is a
property of the mixture, too. A run over a lossy path in which by chance no packet was lost is made again.
'''


CHANGED = '''The first measurement said: first 90.7 %, first three 95.1 %, Brier 0.246, one broken run found healthy. What
was changed after it, and so with the mixture in sight:

- in the mixture: sets were completed (a service that closes at the first bytes cannot be told from a proxy that
  does), ways that planted nothing visible or something impossible were repaired (a certificate that fits
  through the narrow path, a domain controller where there is no domain, a host that requires NLA and takes TLS alone), what
  looks alike is one class whatever is true (a host by its other name), two healthy hosts with late answers came in, and the stage of a fault that does not
  end the connection is that of the catalogue;
- in the probe: a tunnel that is down is told where an inner name does not resolve; what our own TLS
  rejects behind the handshake is told; names and addresses that are not inner ones are said to be so;
  an answer that nobody can read blocks; no conclusion is drawn from small packets on a path that loses packets;
  where an answer came as late as a lost packet makes it, the connection is made three times more, and answers
  that are late again and again among prompt ones are told;
- in the inference: a cause that does not explain what may block is lowered like *healthy*; a repeated connection that
  fails excludes *healthy* and *not reproduced*; the host's own name in certificate and NTLM is one piece of evidence;
  what is printed is calibrated apart from what decides; what a ceiling takes away goes to the other explanations;
  an ordinary circumstance supports no cause where all was passed;
- in the catalogue: a damaged certificate is a sign of altered bytes and none of distrust; NTLM blocked is a
  suspect where the connection is closed; the refusal for lack of an Entra sign-in is decisive like the other
  refusals; what stops this computer from measuring blocks; high latency is occasional, not rare; connections that are
  taken only now and then are strong evidence of an overloaded listener, a limiting device or a balancer; a host that
  lacks ports does not accept and then close; beside a code that decides, the condition that it needs counts.
'''


def page(result):
    views, probe = result['views'], result['views']['probe']
    parts = [INTRO, '## What is to be reached, seen by the probe\n',
             f'{probe["faults"]} runs with one of {probe["causes"]} causes, {probe["sound"]} healthy runs, '
             f'{result["pairs"]["runs"]} with two faults, {probe["strange"]} with {probe["strange_kinds"]} kinds of '
             f'fault that no row describes; seed {result["seed"]}.\n',
             table(('figure', 'value', 'wanted', ''), wanted_rows(probe)), '', missed_words(probe),
             '## Views\n', table(VIEW_HEAD, [view_row(n, v) for n, v in views.items()]), '', TERMS,
             views_words(views), '## Beside others\n', others(result),
             '## Real servers and namespaces\n', servers_words(result['servers']),
             '## Calibration\n', paragraph_on_bins(probe), BINS_WORDS, halves(result), '### Strengths\n', strengths_of(result),
             '', '### Priors and factors\n', table(('what', 'value', 'source'), PRIORS), '', FITTED,
             '## What cannot be told apart\n',
             f'{probe["sets"]} ways of failing were planted for more than one cause: {probe["in_sets"]} of '
             f'{probe["faults"]} runs. Whoever sees only this cannot tell the causes apart, even in principle, '
             f'since they act by the same bytes. The members are merged before scoring; the report names them '
             f'together or in turn, and its next checks must hold one whose answer differs between them: that is so in '
             f'{probe["told"]} of {probe["in_sets"]} runs.\n', sets_of(result), '',
             '## Two faults\n', pairs_words(result['pairs']), '## Faults that no row describes\n', strange_of(result), '',
             '## Healthy hosts\n', sound_of(result), '', ALIAS, '## Each cause\n', causes_of(result), '',
             '## What the benchmark changed\n', CHANGED]
    return '\n'.join(parts)


BINS_WORDS = '''It holds back on purpose: without decisive evidence nothing seen from outside may claim more than 95 %, an
expired certificate or a wrong clock without a code not more than 70 %, and the decided cases forbid more. A
mixture in which each fault shows and only one is there rewards more courage than the field would.
'''

ALIAS = '''A host that is dialled by another name of its own cannot be told from a wrong host. It is neither found healthy nor
given a cause.
'''


def missed_words(view):
    missed = [r[0] for r in wanted_rows(view) if r[3] == 'missed']
    if not missed:
        return ''
    out = f'Missed: {", ".join(missed)}. See *Calibration* for what is claimed too timidly.'
    if view['healthy_wrongly']:
        out += (f' Said to be healthy although broken: {", ".join(view["healthy_wrongly"])}.')
    return out + '\n'


def views_words(views):
    said = ['*Code* has the client\'s code and nothing else; it cannot name most causes, and does not.']
    if 'capture' in views:
        said.append('*Capture* reads a recording of the same connections, made at the client, without TLS secrets '
                    'and without what a probe asks beside.')
    if 'whole disks' in views:
        said.append('*Logs*, *hives* and *whole disks* are read from Windows volumes of our making with one thing wrong each '
                    '(`test/unit/volume_scenes.c`), five of each kind, which differ as sound computers do: in names, editions, '
                    'services that nobody needs, rules for other ports, the age of the certificate. They are read: the logs alone where the fault is an event, the registry alone where it '
                    'is not, and the disk as `rdpwhy host --root` sees it. No stage fails on a disk, so none is scored. Whoever '
                    'made them knew the rows, and tests hold them; so these rows, too, show consistency first. What '
                    'stands in files beside the registry cannot be seen in the hives alone, and an event that names no stage '
                    'is often no proof.')
        ids = set().union(*(v['ids'] for n, v in views.items() if n not in ('code', 'findings, by hand')))
        said.append(f'Connections and volumes together score {len(ids)} causes, each at least five times.')
    if 'findings, by hand' in views:
        said.append('*Findings, by hand* are the files of `test/golden` that bear a cause\'s name, one each: they were written '
                    'for that cause by people who knew its rows, so this row shows that the rows are consistent and '
                    'not how well they do.')
    return ' '.join(said) + '\n'


def others(result):
    orders = [(n, o['faults'], shown('', o['top1']), shown('', o['top3']), '-', '-')
              for n, o in result['orders'].items()]
    words = ('*Prior only* takes the causes in the order in which they are common, whatever is seen. The *folk articles* are two '
             'articles about 0x904/0x7, with their advice in the order in which they give it; they were '
             'written for one code and are asked about all faults here.\n')
    parts = [table(PEER_HEAD, orders), '', words]
    if result['peers']:
        parts += ['The tools were run over loopback, on the scenarios of `rdpwhy lab` that can be played there, and rdpwhy on '
                  'the same ones, by address and without a code. What their lines mean was mapped by hand '
                  '(`bench/accuracy_peers.py`), in their favour. They were not made to name causes: nmap\'s scripts show what a '
                  'host offers, sslscan its TLS, xfreerdp one client\'s attempt.\n',
                  table(PEER_HEAD, list(peer_rows(result['peers']))), '']
    else:
        parts += ['The tools were not run.\n']
    return '\n'.join(parts)


def servers_words(s):
    if not s:
        return 'Not run: this needs root, namespaces and the servers of `./dev test`.\n'
    out = (f'xrdp, freerdp-shadow, Weston and gnome-remote-desktop in {s["cases"] + s["sound"]} configurations, listeners and '
           f'networks of `test/interop`, scored by the one cause that was planted and nothing else: first '
           f'{shown("", s["top1"])}, first three {shown("", s["top3"])} of {s["cases"]}; {s["healthy_of_broken"]} broken '
           f'ones said to be healthy; {s["found_healthy"]} of {s["sound"]} good ones found healthy, {s["false_alarms"]} '
           f'given a cause. No set is merged in this row. Left out because something is not installed or did not start: '
           f'{s["left_out"]}.\n')
    if s['missed']:
        out += '\n' + table(('case', 'planted', 'first'), s['missed']) + '\n'
    return out


def halves(result):
    rows = [(name, h['faults'] + h['sound'] + h['strange'], shown('', h['top1']), shown('brier', h['brier']),
             shown('ece', h['ece'])) for name, h in zip(('A, looked at for fitting', 'B, only reported'), result['halves'])]
    return table(('half', 'runs', 'first', 'Brier', 'ECE'), rows) + '\n'


def pairs_words(p):
    return (f'Of {p["runs"]} runs, one of the two faults stands first in {p["first_is_one"]}, both are named or among the '
            f'first three in {p["both_in_three"]}, both are named in {p["both_named"]}.\n')


def write(result, folder):
    (folder / 'accuracy.md').write_text(page(result).rstrip() + '\n', encoding='utf-8')
    (folder / 'accuracy.svg').write_text(svg(result), encoding='utf-8')
    kept = {k: result[k] for k in ('seed', 'views', 'halves', 'pairs', 'orders', 'peers', 'servers')}
    (folder / 'accuracy.json').write_text(json.dumps(kept, indent=1) + '\n', encoding='utf-8')
