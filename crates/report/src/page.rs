//! The page: everything escaped by the template, but the charts, which escape their own text.

use askama::Template;
use overheard_charts::Chart;
use overheard_formats::PAGE;
use rayon::prelude::*;

use crate::answer::{self, Answer, Sure};
use crate::beside::{self, Beside};
use crate::calibration::CalibrationRow;
use crate::data::Table;
use crate::effects::EffectRow;
use crate::error::ReportError;
use crate::figures::CARRIERS;
use crate::findings::{self, Finding, Kind};
use crate::manifest::{Manifest, MarketDiscrepancy};
use crate::names::{long_date, readable};
use crate::run::Run;
use crate::theme;

/// Width for which charts are laid out on narrow screens [px].
const NARROW: u32 = 480;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    m: &'a Manifest,
    base: &'a str,
    start: String,
    end: String,
    policy_date: Option<String>,
    draws: Option<Draws>,
    people: String,
    others: String,
    weight: String,
    weight_others: String,
    answers: Vec<Answer>,
    beside: Option<Beside>,
    /// The arm whose headlines stand above, of those that are answered for.
    lead: Option<Answer>,
    figures: Vec<Figure<'a>>,
    /// On whom it falls: findings by arm, and charts.
    carriers: Vec<Arm<'a>>,
    carriers_figures: Vec<Figure<'a>>,
    skipped: &'a [(String, String)],
    arms: Vec<Arm<'a>>,
    warnings: Vec<String>,
    calibration: Vec<Calibrated<'a>>,
    within: usize,
    comparable: usize,
    effects: Vec<Effect<'a>>,
    discrepancy: Vec<Discrepancy<'a>>,
    facts: Vec<(&'static str, String)>,
    style: String,
}

/// How many draws bands come from, of how many people each.
struct Draws {
    number: String,
    people: String,
    /// Unknowns that were not drawn.
    fixed: Option<String>,
}

struct Figure<'a> {
    name: &'a str,
    title: &'a str,
    wide: String,
    narrow: String,
    table: Table,
}

struct Arm<'a> {
    name: &'a str,
    groups: Vec<(Kind, Vec<Told>)>,
    /// How sure its headlines are, if it is not told above.
    sure: Vec<Sure>,
}

impl<'a> Arm<'a> {
    /// What is told of who carries it, and the rest.
    fn parted(self) -> (Self, Self) {
        let carries = |(kind, _): &(Kind, Vec<Told>)| *kind == Kind::Carriers;
        let (carriers, others) = self.groups.into_iter().partition(carries);
        let arm = |groups, sure| Arm {
            name: self.name,
            groups,
            sure,
        };
        (arm(carriers, Vec::new()), arm(others, self.sure))
    }
}

struct Told {
    statement: String,
    row: String,
}

struct Calibrated<'a> {
    row: &'a CalibrationRow,
    published: String,
    simulated: String,
    deviation: String,
    verdict: &'static str,
}

struct Effect<'a> {
    row: &'a EffectRow,
    published: String,
    simulated: String,
    verdict: &'static str,
}

struct Discrepancy<'a> {
    row: &'a MarketDiscrepancy,
    market: &'a str,
    percent: String,
    run_error: String,
    pilot_error: String,
}

pub(crate) fn render(
    run: &Run,
    charts: &[(String, Chart)],
    skipped: &[(String, String)],
) -> Result<String, ReportError> {
    let m = &run.manifest;
    let figures: Vec<Figure<'_>> = charts
        .par_iter()
        .map(|(name, chart)| {
            Ok(Figure {
                name,
                title: &chart.title,
                wide: chart.svg_fragment(overheard_charts::WIDTH, &format!("{name}-wide"))?,
                narrow: chart.svg_fragment(NARROW, &format!("{name}-narrow"))?,
                table: Table::of(chart),
            })
        })
        .collect::<Result<_, ReportError>>()?;
    let (carriers_figures, figures): (Vec<_>, Vec<_>) = figures
        .into_iter()
        .partition(|figure| CARRIERS.contains(&figure.name));
    let answers = answer::answers(run);
    let lead = answers.iter().find(|answer| !answer.headlines.is_empty());
    let told = run.policy_arms().iter().map(|arm| {
        let own = answers.iter().find(|answer| answer.arm == *arm);
        let own = own.filter(|_| lead.is_none_or(|lead| lead.arm != *arm));
        tell(run, arm, own)
    });
    let (carriers, arms): (Vec<_>, Vec<_>) = told.map(Arm::parted).unzip();
    let calibration: Vec<Calibrated<'_>> = run.calibration.iter().map(calibrated).collect();
    let page = Page {
        m,
        base: run.base(),
        start: long_date(&m.start),
        end: long_date(&m.end),
        policy_date: m.policy_date.as_deref().map(long_date),
        draws: run.ensemble.as_ref().map(|ensemble| Draws {
            number: ensemble.draws.manifest.draws_told(),
            people: PAGE.exact(ensemble.draws.manifest.people),
            fixed: ensemble.draws.fixed(),
        }),
        people: PAGE.exact(m.people),
        others: PAGE.exact(m.others),
        weight: weight(m.represented_assistant_users, m.people),
        weight_others: weight(m.represented_others, m.others),
        lead: lead.cloned(),
        answers,
        beside: beside::beside(run),
        figures,
        carriers: carriers
            .into_iter()
            .filter(|arm| !arm.groups.is_empty())
            .collect(),
        carriers_figures,
        skipped,
        arms,
        warnings: findings::warnings(run),
        within: calibration.iter().filter(|c| c.verdict == "in").count(),
        comparable: calibration.iter().filter(|c| c.verdict != "–").count(),
        calibration,
        effects: run.effects.iter().map(effect).collect(),
        discrepancy: m.market_discrepancy.iter().map(discrepancy).collect(),
        facts: facts(m),
        style: theme::style(),
    };
    Ok(page.render()?)
}

/// People one simulated person stands for, on average over strata.
fn weight(represented: f64, simulated: u64) -> String {
    if simulated == 0 {
        "no".into()
    } else {
        PAGE.prose(represented / simulated as f64)
    }
}

fn tell<'a>(run: &Run, arm: &'a str, answer: Option<&Answer>) -> Arm<'a> {
    let mut groups: Vec<(Kind, Vec<Told>)> = Vec::new();
    for finding in findings::findings(run, arm) {
        let told = told(arm, &finding);
        match groups.iter_mut().find(|(kind, _)| *kind == finding.kind) {
            Some((_, group)) => group.push(told),
            None => groups.push((finding.kind, vec![told])),
        }
    }
    Arm {
        name: arm,
        groups,
        sure: answer.map_or_else(Vec::new, |answer| answer.headlines.clone()),
    }
}

fn told(arm: &str, finding: &Finding) -> Told {
    Told {
        statement: finding.statement.clone(),
        row: format!("{}: arm {arm}, {}", finding.file, finding.key.listed()),
    }
}

fn calibrated(row: &CalibrationRow) -> Calibrated<'_> {
    Calibrated {
        row,
        published: short(&row.published),
        simulated: short(&row.simulated),
        deviation: row
            .deviation_percent()
            .map_or_else(|| "–".to_owned(), |percent| PAGE.change(percent)),
        verdict: match row.within() {
            Some(true) => "in",
            Some(false) => "out",
            None => "–",
        },
    }
}

/// A number of the table with four significant digits; other text as it is.
fn short(text: &str) -> String {
    match text.trim().parse::<f64>() {
        Ok(value) if value.is_finite() => PAGE.figure(value, 4),
        _ => text.to_owned(),
    }
}

/// An effect with its interval or its error: `−52 % (−53 to −51)`, `−50.9 % ± 0.2`.
fn effect(row: &EffectRow) -> Effect<'_> {
    let interval = row.published_low.zip(row.published_high);
    let interval = interval.map_or_else(String::new, |(low, high)| {
        format!(" ({} to {})", PAGE.figure(low, 4), PAGE.figure(high, 4))
    });
    let error = row.std_error.map_or_else(String::new, |error| {
        format!(" ± {}", PAGE.figure(round_to_points(error), 4))
    });
    let simulated = row.simulated.map_or_else(
        || "–".to_owned(),
        |value| points(round_to_points(value)) + &error,
    );
    Effect {
        row,
        published: points(row.published) + &interval,
        simulated,
        verdict: match row.inside.as_str() {
            "yes" => "in",
            "no" => "out",
            _ => "–",
        },
    }
}

/// A change with its sign and four significant digits.
fn points(percent: f64) -> String {
    let sign = if percent > 0.0 { "+" } else { "" };
    format!("{sign}{}\u{a0}%", PAGE.figure(percent, 4))
}

/// Hundredths of a percentage point: nothing is published more finely.
fn round_to_points(percent: f64) -> f64 {
    (100.0 * percent).round() / 100.0
}

fn discrepancy(row: &MarketDiscrepancy) -> Discrepancy<'_> {
    Discrepancy {
        row,
        market: readable(&row.market),
        percent: PAGE.percent(row.discrepancy_percent),
        run_error: PAGE.percent(row.run_error_percent),
        pilot_error: PAGE.percent(row.pilot_error_percent),
    }
}

/// How the run went.
fn facts(m: &Manifest) -> Vec<(&'static str, String)> {
    vec![
        ("simulator", format!("Overheard {}", m.version)),
        ("scenario hash", m.scenario_hash.clone()),
        ("seed", m.seed.to_string()),
        ("engine", m.engine.clone()),
        ("market.response", m.market_response.clone()),
        ("simulated assistant users", PAGE.exact(m.people)),
        ("simulated others", PAGE.exact(m.others)),
        ("threads", m.threads.to_string()),
        ("duration", format!("{} s", PAGE.prose(m.wall_seconds))),
        ("person-days", PAGE.prose(m.person_days)),
        (
            "person-days per second",
            PAGE.prose(m.person_days_per_second),
        ),
        (
            "peak memory",
            format!(
                "{} MiB",
                PAGE.prose((m.peak_memory_bytes / 1_048_576.0).round())
            ),
        ),
    ]
}
