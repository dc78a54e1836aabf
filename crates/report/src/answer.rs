//! The answer to the scenario's question, in a few sentences, and how sure it is.

use overheard_formats::{Key, PAGE};

use crate::beside;
use crate::ensemble::{Ensemble, Open, span};
use crate::estimate::Estimate;
use crate::findings::between;
use crate::run::Run;
use crate::sweep::{Headline, chat_ads, headlines, strongest};

/// Arms told beside another in a sentence; of more the table tells.
const MOST_BESIDE: usize = 4;
/// Unknowns that are named.
const NAMED: usize = 3;

/// What a scenario's question comes to in one arm.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Name of the arm.
    pub arm: String,
    /// What goes back to chats, what it changes, and what would change these numbers most; or how it differs from the arm that is
    /// told so.
    pub sentences: Vec<String>,
    /// How sure each headline is.
    pub headlines: Vec<Sure>,
}

/// How sure a headline is.
#[derive(Debug, Clone, PartialEq)]
pub struct Sure {
    /// What it is.
    pub name: &'static str,
    /// Under the scenario as it is set.
    pub as_set: String,
    /// Half the 95 % interval of sampling.
    pub sampling: String,
    /// What the unknowns leave open, and its middle.
    pub band: String,
    pub median: Option<String>,
    /// In words.
    pub verdict: String,
}

/// The answers, arm by arm: in full of the first in which ads go back to chats; of others how they differ from it.
pub fn answers(run: &Run) -> Vec<Answer> {
    let reference = beside::reference(run);
    let arms = run.manifest.arms.iter();
    let asked = arms.filter(|arm| *arm != run.base() || reference == Some(run.base()));
    let mut answers: Vec<Answer> = asked
        .filter_map(|arm| answer(run, arm, reference))
        .collect();
    let is_beside = |answer: &&mut Answer| reference.is_some_and(|own| answer.arm != own);
    for beside in answers.iter_mut().filter(is_beside).skip(MOST_BESIDE) {
        beside.sentences.clear();
    }
    answers
}

fn answer(run: &Run, arm: &str, reference: Option<&str>) -> Option<Answer> {
    let chat = chat_ads();
    let ads = run.outcomes.total(arm, &chat)?;
    if ads.value == 0.0 {
        let base = run.base();
        let sentence = format!(
            "In arm “{arm}” no ad goes back to a chat: it is told apart from “{base}” below."
        );
        return Some(Answer {
            arm: arm.to_owned(),
            sentences: vec![sentence],
            headlines: Vec::new(),
        });
    }
    let sentences = match reference.filter(|reference| *reference != arm) {
        Some(reference) => vec![beside::sentence(run, arm, reference)],
        None => vec![
            attributed(run, arm, &chat, ads),
            changed(run, arm),
            Some(open(run, arm, &chat, ads)),
        ],
    };
    let sure = |headline: &Headline| sure(run, arm, headline);
    // Of the first arm nothing is displaced, and nothing is net.
    let told = headlines().into_iter().filter(|_| arm != run.base());
    Some(Answer {
        arm: arm.to_owned(),
        sentences: sentences.into_iter().flatten().collect(),
        headlines: told.filter_map(|headline| sure(&headline)).collect(),
    })
}

fn value(run: &Run, arm: &str, key: &Key) -> Option<Open> {
    run.ensemble.as_ref()?.value(arm, key)
}

/// `31 to 730 million` and in brackets its middle and the run, or without bands the number alone.
fn told(open: Option<Open>, e: Estimate) -> String {
    match open {
        Some(open) => open.told(e),
        None => format!(
            "{} (sampling ± {})",
            PAGE.prose(e.value),
            PAGE.prose(e.half_width())
        ),
    }
}

fn attributed(run: &Run, arm: &str, chat: &Key, ads: Estimate) -> Option<String> {
    let all = run.outcomes.total(arm, &Key::of("ad_impressions"))?;
    let open = value(run, arm, chat);
    let share = |x: f64| PAGE.percent(100.0 * x / all.value);
    let shares = match open {
        Some(open) => format!("{} to {}", share(open.low), share(open.high)),
        None => share(ads.value),
    };
    let reached = Key::of("people_reached_by_chat_ads");
    let people = run.outcomes.total(arm, &reached)?;
    let people = told(value(run, arm, &reached), people);
    Some(format!(
        "In arm “{arm}” {} ad impressions go back to what people said to the assistant, {shares} of all that were shown; {people} \
         people see at least one.",
        told(open, ads)
    ))
}

fn changed(run: &Run, arm: &str) -> Option<String> {
    let key = Key::of("displaced_impressions");
    let displaced = run.outcomes.total(arm, &key)?;
    let displaced = told(value(run, arm, &key), displaced);
    let clicks = Key::of("ad_clicks");
    let net = run.differences.total(arm, &clicks)?.difference;
    let open = run
        .ensemble
        .as_ref()
        .and_then(|e| e.difference(arm, &clicks));
    let (low, high) = net.interval();
    let open = open.unwrap_or(Open {
        low,
        median: net.value,
        high,
    });
    let sign = match open.has_both_signs() {
        true => "whether people click more or less is unknown",
        false => "all but a few draws agree that it is not the other way round",
    };
    let sign = match &run.ensemble {
        Some(ensemble) if ensemble.few().is_some() => "too few draws to tell whether more or less",
        Some(_) => sign,
        None if open.has_both_signs() => "no difference can be told",
        None => "more than chance",
    };
    Some(format!(
        "{displaced} impressions show another ad than in arm “{}”, and clicks on ads come to {}: {sign}.",
        run.base(),
        between(open)
    ))
}

/// What the numbers depend on most.
fn open(run: &Run, arm: &str, chat: &Key, ads: Estimate) -> String {
    let Some(ensemble) = &run.ensemble else {
        return "What nobody knows is not in these numbers: they are of the parameters as they are (ensemble.draws, or --draws, asks \
                what that leaves open)."
            .to_owned();
    };
    let times = ensemble.value(arm, chat).and_then(|open| open.times(ads));
    let times = times.map_or_else(String::new, |times| {
        format!(
            "; what is open is {} times as wide as what sampling leaves open",
            PAGE.prose(times)
        )
    });
    match names(ensemble, arm) {
        Some(names) => format!("It depends most on what nobody knows of {names}{times}."),
        None => format!("No single unknown stands out among the draws{times}."),
    }
}

/// The unknowns that pull the ads which go back to chats most.
fn names(ensemble: &Ensemble, arm: &str) -> Option<String> {
    let headline = &headlines()[0];
    let (_, pulls) = strongest(&ensemble.draws, headline, arm)?;
    let names: Vec<&str> = pulls
        .iter()
        .map(|(_, pull)| &*pull.knob)
        .take(NAMED)
        .collect();
    let (last, first) = names.split_last()?;
    Some(match first {
        [] => (*last).to_owned(),
        first => format!("{} and {last}", first.join(", ")),
    })
}

fn sure(run: &Run, arm: &str, headline: &Headline) -> Option<Sure> {
    let e = match headline.difference {
        true => run.differences.total(arm, &headline.key)?.difference,
        false => run.outcomes.total(arm, &headline.key)?,
    };
    let open = run.ensemble.as_ref()?.headline(arm, headline);
    let (low, high) = e.interval();
    let verdict = match open {
        _ if run.ensemble.as_ref()?.few().is_some() => "too few draws".to_owned(),
        Some(open) if open.has_both_signs() => "sign unknown".to_owned(),
        Some(open) => open
            .times(e)
            .map_or_else(String::new, |t| format!("{} × sampling", PAGE.prose(t))),
        None if low <= 0.0 && high >= 0.0 => "no difference".to_owned(),
        None => "not open".to_owned(),
    };
    Some(Sure {
        name: headline.name,
        as_set: PAGE.prose(e.value),
        sampling: format!("± {}", PAGE.prose(e.half_width())),
        band: open.map_or_else(|| "–".to_owned(), |open| span(open.low, open.high)),
        median: open.map(|open| format!("median {}", PAGE.prose(open.median))),
        verdict,
    })
}
