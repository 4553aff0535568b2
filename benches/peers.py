"""Times `claimalign align` beside Python packages that find similar strings, on one generated corpus.

    pip install -r benches/requirements.txt
    cargo build --release --bin claimalign --example generate_corpus
    python benches/peers.py 15000 45000

All of them get the same sentences, those that `claimalign segment` finds, and one thread (--threads for more). Of
the pairs that the generator planted we ask how many a method finds (recall), and of the pairs of different articles
that it finds, how many were planted (precision). Every peer gets the threshold at which it would find as many of the
planted pairs as `claimalign align` puts in one claim, where it has one.

Prints a table in Markdown. *Matching* is what the method does from sentences to pairs; *whole* is matching, reading
and writing. CPU seconds are of all threads; they are the steadier where other programs want the cores too.
"""

import argparse
import csv
import re
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from datasketch import MinHash, MinHashLSH
from rapidfuzz import fuzz, process
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sparse_dot_topn import sp_matmul_topn

SEED = "20210106"
# Kinds of sentences that may join a claim.
KINDS = {"sentence", "heading", "quote", "caption"}
# Stages of a run that are neither reading nor writing, as `--verbose` names them.
MATCHING = {"normalizing", "comparing words", "grouping stories", "finding candidates", "scoring", "clustering"}
# Best partners that a sentence keeps: with 40, as many as ours keeps in its story, recall would stay below ours.
TOP = 400
# cdist compares this many sentences with the rest at once.
BLOCK = 500
# Above this many sentences cdist is left out: it compares all pairs.
ALL_PAIRS_UP_TO = 20_000
# Hash functions, and the Jaccard similarity that the index is tuned for: below, it would hand out most of all pairs.
PERMUTATIONS, JACCARD = 128, 0.4


class Corpus:
    """The sentences, and the planted pairs among them as pairs of numbers."""

    def __init__(self, sentences: Path, planted: Path):
        begin = Clock()
        with sentences.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["kind"] in KINDS]
        # A cell that a spreadsheet would take for a formula has an apostrophe in front.
        self.texts = [re.sub(r"^'(?=[=+\-@\t\r])", "", row["sentence"]) for row in rows]
        self.reading = begin.spent()
        number = {}
        self.articles = np.array([number.setdefault(row["article_id"], len(number)) for row in rows])
        self.at = {(row["article_id"], row["start"], row["end"]): i for i, row in enumerate(rows)}
        with planted.open(newline="", encoding="utf-8") as file:
            pairs = [
                tuple(self.at.get(tuple(row[f"{side}_{name}"] for name in ("article_id", "start", "end"))) for side in ("left", "right"))
                for row in csv.DictReader(file)
            ]
        self.n_planted = len(pairs)
        self.planted = {(min(pair), max(pair)) for pair in pairs if None not in pair}

    def threshold(self, scores, wanted: float) -> float:
        """The highest threshold at which the planted pairs with these scores have the recall `wanted`."""
        missed = self.n_planted - len(scores)
        place = int(np.ceil(wanted * self.n_planted))
        descending = np.sort(np.append(scores, np.zeros(missed)))[::-1]
        return float(descending[min(place, self.n_planted) - 1])


class Clock:
    """Seconds on the clock, and of all threads of this process and those it waited for."""

    def __init__(self):
        self.begin = (time.perf_counter(), self.cpu())

    @staticmethod
    def cpu() -> float:
        both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(usage.ru_utime + usage.ru_stime for usage in both)

    def spent(self) -> np.ndarray:
        return np.array([time.perf_counter() - self.begin[0], self.cpu() - self.begin[1]])


class Result:
    """What a method found: `pairs` as numbers, or only how many they and the planted among them are."""

    def __init__(self, name, corpus, matching, whole, hits, n_pairs):
        self.name, self.matching, self.whole = name, matching, whole
        self.recall = hits / max(corpus.n_planted, 1)
        self.precision = hits / max(n_pairs, 1)


def of_pairs(name: str, corpus: Corpus, matching, lefts, rights) -> Result:
    """A peer's pairs, left < right, written to a file as its users would."""
    begin = Clock()
    apart = corpus.articles[lefts] != corpus.articles[rights]
    pairs = list(zip(lefts[apart].tolist(), rights[apart].tolist()))
    with tempfile.TemporaryFile("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows((corpus.texts[a], corpus.texts[b]) for a, b in pairs)
    whole = corpus.reading + matching + begin.spent()
    hits = sum(pair in corpus.planted for pair in pairs)
    return Result(name, corpus, matching, whole, hits, len(pairs))


def claimalign(program: str, folder: Path, corpus: Corpus, threads: int) -> Result:
    """Claims, as `clusters.csv` has them."""
    begin = Clock()
    command = [program, "align", folder / "corpus.jsonl", "-o", folder / "run", "-v", f"-j{threads}"]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    whole = begin.spent()
    stages = dict(re.findall(r"^ *(\S.*\S) (\d+\.\d+) s$", ended.stderr, re.MULTILINE))
    # The program tells the time on the clock: CPU seconds are taken to be shared out likewise.
    share = sum(float(stages[name]) for name in MATCHING) / whole[0]
    claims = {}
    with (folder / "run" / "clusters.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            unit = corpus.at[(row["article_id"], row["start"], row["end"])]
            claims.setdefault(row["claim_id"], []).append(unit)
    pairs = {
        (min(a, b), max(a, b))
        for claim in claims.values()
        for i, a in enumerate(claim)
        for b in claim[i + 1 :]
        if corpus.articles[a] != corpus.articles[b]
    }
    return Result("`claimalign align`", corpus, whole * share, whole, len(pairs & corpus.planted), len(pairs))


def trigrams(text: str) -> list:
    """string_grouper's: without some punctuation and white space."""
    text = re.sub(r"[,-./]|\s", "", text.lower())
    return [text[i : i + 3] for i in range(len(text) - 2)]


def tf_idf(corpus: Corpus, wanted: float, threads: int) -> list:
    """What string_grouper does: cosine of character 3-grams by TF-IDF, the best of each row of the product.

    At two thresholds: the recall `wanted`, and its own best F1.
    """
    begin = Clock()
    rows: csr_matrix = TfidfVectorizer(analyzer=trigrams, dtype=np.float32).fit_transform(corpus.texts).tocsr()
    vectors = begin.spent()
    results = []

    def product(threshold: float):
        begin = Clock()
        best = sp_matmul_topn(rows, rows.T.tocsr(), top_n=TOP, threshold=threshold, n_threads=threads).tocoo()
        above = best.row < best.col
        below = best.row > best.col
        ends = np.concatenate([np.stack([best.row, best.col], 1)[above], np.stack([best.col, best.row], 1)[below]])
        pairs, first = np.unique(ends, axis=0, return_index=True)
        matching = vectors + begin.spent()
        name = f"TF-IDF of 3-grams, sparse_dot_topn ≥ {threshold:.2f}"
        results.append(of_pairs(name, corpus, matching, pairs[:, 0], pairs[:, 1]))
        return pairs, np.concatenate([best.data[above], best.data[below]])[first]

    lefts, rights = (np.array(side) for side in zip(*sorted(corpus.planted)))
    cosines = np.asarray(rows[lefts].multiply(rows[rights]).sum(axis=1)).ravel()
    pairs, cosines = product(corpus.threshold(cosines, wanted))
    apart = corpus.articles[pairs[:, 0]] != corpus.articles[pairs[:, 1]]
    product(best_threshold(corpus, pairs[apart], cosines[apart]))
    return results


def best_threshold(corpus: Corpus, pairs, scores) -> float:
    """The threshold at which those of `pairs` from it on have the best F1."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum([tuple(pair) in corpus.planted for pair in pairs[order].tolist()])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + corpus.n_planted)
    return float(scores[order][np.argmax(f1)])


def all_pairs(corpus: Corpus, wanted: float, threads: int) -> list:
    """rapidfuzz: the ratio of the sorted words (`token_sort_ratio`), of every pair."""
    begin = Clock()
    texts = [" ".join(sorted(text.lower().split())) for text in corpus.texts]
    sorting = begin.spent()
    pairs = sorted(corpus.planted)
    ratios = process.cpdist([texts[a] for a, _ in pairs], [texts[b] for _, b in pairs], scorer=fuzz.ratio)
    threshold = int(corpus.threshold(ratios, wanted))
    begin, lefts, rights = Clock(), [], []
    for start in range(0, len(texts), BLOCK):
        block = texts[start : start + BLOCK]
        scores = process.cdist(
            block, texts[start:], scorer=fuzz.ratio, score_cutoff=threshold, workers=threads, dtype=np.uint8
        )
        left, right = np.nonzero(scores)
        later = left < right
        lefts.append(left[later] + start)
        rights.append(right[later] + start)
    matching = sorting + begin.spent()
    name = f"rapidfuzz cdist, token_sort_ratio ≥ {threshold}"
    return [of_pairs(name, corpus, matching, np.concatenate(lefts), np.concatenate(rights))]


def min_hash(corpus: Corpus) -> list:
    """datasketch: MinHash of the same 3-grams, locality-sensitive hashing, estimates below the threshold dropped."""
    begin = Clock()
    sets = [{gram.encode() for gram in trigrams(text)} for text in corpus.texts]
    hashes = MinHash.bulk(sets, num_perm=PERMUTATIONS)
    index = MinHashLSH(threshold=JACCARD, num_perm=PERMUTATIONS)
    pairs = set()
    for i, one in enumerate(hashes):
        pairs.update((other, i) for other in index.query(one) if one.jaccard(hashes[other]) >= JACCARD)
        index.insert(i, one)
    matching = begin.spent()
    found = np.array(sorted(pairs)).reshape(-1, 2)
    return [of_pairs(f"datasketch MinHash LSH ≥ {JACCARD}", corpus, matching, found[:, 0], found[:, 1])]


def table(n: int, results: list) -> None:
    ours = results[0]
    print(f"\n{n:,} sentences:\n")
    print("| | recall | precision | matching, s | CPU s | × | whole, s | CPU s | × |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for result in results:
        cells = [result.name, f"{100 * result.recall:.1f} %", f"{100 * result.precision:.1f} %"]
        for spent, of_ours in ((result.matching, ours.matching), (result.whole, ours.whole)):
            cells += [f"{spent[0]:.1f}", f"{spent[1]:.1f}", f"{spent[1] / of_ours[1]:.1f}"]
        print(f"| {' | '.join(cells)} |", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("sentences", nargs="+", type=int, help="how large the corpora are")
    arguments.add_argument("--bin", type=Path, default=Path("target/release"), help="where cargo put the programs")
    arguments.add_argument("--threads", type=int, default=1, help="threads of every method that knows threads")
    given = arguments.parse_args()
    program = str(given.bin / "claimalign")
    for n in given.sentences:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with (folder / "corpus.jsonl").open("w", encoding="utf-8") as file:
                generator = given.bin / "examples" / "generate_corpus"
                subprocess.run([generator, str(n), SEED, folder / "planted.csv"], check=True, stdout=file)
            sentences = folder / "sentences.csv"
            subprocess.run([program, "segment", folder / "corpus.jsonl", "-o", sentences, "-q"], check=True)
            corpus = Corpus(sentences, folder / "planted.csv")
            results = [claimalign(program, folder, corpus, given.threads)]
            wanted = results[0].recall
            steps = [lambda: tf_idf(corpus, wanted, given.threads), lambda: min_hash(corpus)]
            if n <= ALL_PAIRS_UP_TO:
                steps.append(lambda: all_pairs(corpus, wanted, given.threads))
            for step in steps:
                results += step()
            table(len(corpus.texts), results)


if __name__ == "__main__":
    main()
