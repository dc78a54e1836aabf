#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "scratch"
)]
use overheard_engine::*;
use overheard_scenario::ScenarioFile;
use std::time::Instant;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let file = std::fs::read(&args[1]).unwrap();
    let f = ScenarioFile::parse(&args[1], &file).unwrap_or_else(|e| panic!("{e}"));
    let s = f.scenario(&args[2..]).unwrap_or_else(|e| panic!("{e}"));
    let tune = Tune::new(std::num::NonZeroUsize::new(2).unwrap());
    let t = Instant::now();
    let cancel = std::sync::atomic::AtomicBool::new(false);
    let path = solve_path(&s, tune.isa, tune.threads, &cancel, |_, _| ())
        .unwrap()
        .unwrap();
    eprintln!(
        "pilot {:?} iterations {} start {:?}",
        t.elapsed(),
        path.iterations,
        path.start.estimate
    );
    eprintln!("feedback us {:?}", path.start.feedback[0]);
    let t = Instant::now();
    let (p, e) = simulate_on(&s, path, EngineKind::Thinned, tune).unwrap();
    let el = t.elapsed();
    let pd = p.person_days(&p.all());
    eprintln!(
        "run {:?} person-days {} -> {:.3} M/s",
        el,
        pd,
        pd as f64 / el.as_secs_f64() / 1e6
    );
    let mut out = std::fs::File::create("/tmp/outcomes.csv").unwrap();
    overheard_outcomes::write_outcomes(&mut out, &e).unwrap();
    let mut out = std::fs::File::create("/tmp/differences.csv").unwrap();
    overheard_outcomes::write_differences(&mut out, overheard_outcomes::differences(&e)).unwrap();
    let rows = overheard_outcomes::calibration(overheard_outcomes::CalibrationInputs {
        estimates: &e,
        strata: &p.world().strata,
        undeclared_minors: &p.world().minors,
        adoption: &[0.0; 6],
    });
    match rows {
        Ok(rows) => {
            for r in rows {
                println!(
                    "{:>2} {:<70} {:>12.4} {:>12} {:>8} tol {}",
                    r.id,
                    r.figure.chars().take(70).collect::<String>(),
                    r.published,
                    r.simulated.map_or("-".into(), |x| format!("{x:.4}")),
                    r.deviation_percent
                        .map_or("-".into(), |x| format!("{x:+.1}%")),
                    r.tolerance_percent
                )
            }
        }
        Err(e) => println!("{e}"),
    }
}
