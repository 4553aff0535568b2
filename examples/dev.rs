//! scratch
use claimalign::language::Guess;
use claimalign::prepare::*;
use claimalign::*;
fn main() {
    let events = gold::read(&std::env::args().skip(1).map(Into::into).collect::<Vec<_>>()).unwrap();
    let mut docs = vec![];
    let mut ev = vec![];
    for (i, e) in events.iter().enumerate() {
        for a in &e.articles {
            ev.push(i);
            docs.push(Document::with_sentences(
                a.article(),
                Guess::certain(a.lang.unwrap()),
                a.segmented(),
            ));
        }
    }
    let lex = lexicon::Lexicon::embedded().unwrap();
    let bg = weigh::Background::embedded().unwrap();
    let t = std::time::Instant::now();
    let p = Prepared::new(&docs, &[], lex, bg, &observer::Silent);
    eprintln!(
        "prepare {:?} vocab {} stories {}",
        t.elapsed(),
        p.vocabulary.len(),
        p.stories.len()
    );
    let f = fit::fit(&events, lex, bg, "x", &observer::Silent).unwrap();
    eprintln!("fit {:?}", t.elapsed());
    println!("{:?} brier {:.4}", f.pairs, f.brier);
    for (k, v) in &f.standardized {
        println!("  {k:18} {v:+.3}")
    }
    for c in &f.cuts {
        println!("cut {:.2} P {:.3} R {:.3} F {:.3}", c.0, c.1, c.2, c.3)
    }
    let r = &f.report;
    println!(
        "cv P {:.3} R {:.3} F {:.3} found {}/{} clean {}/{} b3 {:.3}",
        r.precision, r.recall, r.f1, r.claims_found, r.claims, r.clean, r.clusters, r.b_cubed_f1
    );
    for b in &f.reliability {
        println!("   {} {:.2} {:.2}", b.0, b.1, b.2)
    }
    if std::env::var("ST").is_err() {
        return;
    }
    let n = docs.len() as u32;
    let mut mins = vec![];
    let mut cross = vec![];
    for a in 0..n {
        for b in a + 1..n {
            let x = p.stories.affinity(a, b);
            if ev[a as usize] == ev[b as usize] {
                mins.push((x, a, b))
            } else {
                cross.push((x, a, b))
            }
        }
    }
    mins.sort_by(|a, b| a.0.total_cmp(&b.0));
    cross.sort_by(|a, b| b.0.total_cmp(&a.0));
    for m in mins.iter().take(25) {
        println!(
            "same {:.3} {} {}",
            m.0, docs[m.1 as usize].article.id, docs[m.2 as usize].article.id
        )
    }
    for m in cross.iter().take(15) {
        println!(
            "cross {:.3} {} {}",
            m.0, docs[m.1 as usize].article.id, docs[m.2 as usize].article.id
        )
    }
    // b3
    let (mut pr, mut re) = (0.0, 0.0);
    for a in 0..n {
        let c: Vec<u32> = (0..n)
            .filter(|&b| p.stories.of(a) == p.stories.of(b))
            .collect();
        let g = (0..n).filter(|&b| ev[a as usize] == ev[b as usize]).count();
        let i = c
            .iter()
            .filter(|&&b| ev[a as usize] == ev[b as usize])
            .count();
        pr += i as f64 / c.len() as f64;
        re += i as f64 / g as f64;
    }
    pr /= n as f64;
    re /= n as f64;
    println!("B3 P {pr:.3} R {re:.3} F {:.3}", 2.0 * pr * re / (pr + re));
}
