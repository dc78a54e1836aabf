//! What is varied, and how: priors, and what was typed.

use overheard_scenario::{Law, NoTarget, Prior, Scenario, Target, priors};

/// Something that nobody knows, and where it may lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    /// The knob, or members of it.
    pub target: Target,
    /// How its values are spread, in the knob's unit.
    pub law: Law,
}

impl Unknown {
    /// What a prior is about, with its law.
    pub fn of(prior: &Prior) -> Self {
        Unknown {
            target: prior.target.clone(),
            law: prior.law,
        }
    }

    /// The value below which a share `u` of the law lies, as the knob takes it.
    pub fn value(&self, u: f64) -> f64 {
        self.target.rounded(self.law.quantile(u))
    }
}

/// Every prior that a scenario leaves open: what it sets otherwise than the defaults, in any arm, is its question.
pub fn from_priors(scenario: &Scenario) -> Vec<Unknown> {
    let open = priors().iter().filter(|prior| prior.is_open_in(scenario));
    open.map(Unknown::of).collect()
}

fn fault<T>(message: String, hint: String) -> Result<T, NoTarget> {
    Err(NoTarget { message, hint })
}

/// Reads `KEY=LOW..HIGH`, uniform between the two, or `KEY` alone, for its prior.
///
/// # Errors
/// No such knob, no range, or one that the knob does not take.
pub fn typed(text: &str, arms: &[String]) -> Result<Unknown, NoTarget> {
    let (name, range) = match text.split_once('=') {
        Some((name, range)) => (name, Some(range.trim())),
        None => (text, None),
    };
    let target = Target::parse(name, arms)?;
    let Some(range) = range else {
        let own =
            |p: &&Prior| p.target.knob() == target.knob() && p.target.members() == target.members();
        return match priors().iter().find(own) {
            Some(prior) => Ok(Unknown {
                target,
                law: prior.law,
            }),
            None => fault(
                format!("`{target}` has no prior"),
                format!("give it a range: {target}=LOW..HIGH"),
            ),
        };
    };
    let ends = range.split_once("..").and_then(|(low, high)| {
        let number = |text: &str| text.trim().parse().ok().filter(|x: &f64| x.is_finite());
        Some((number(low)?, number(high)?))
    });
    let write = format!(
        "write {target}=LOW..HIGH, as in {target}={}",
        example(&target)
    );
    let Some((low, high)) = ends else {
        return fault(format!("`{range}` is no range of numbers"), write);
    };
    if low >= high {
        return fault(format!("`{range}` does not rise"), write);
    }
    let (least, most) = target.knob().limits();
    if low < least || high > most {
        let expected = target.knob().expected();
        let message = format!("`{target}` cannot be {range}");
        return fault(message, format!("it is {expected}"));
    }
    let law = Law::over(low, high);
    Ok(Unknown { target, law })
}

/// A range that a knob takes.
fn example(target: &Target) -> String {
    let prior = priors().iter().find(|p| p.target.knob() == target.knob());
    let (low, high) = match prior {
        Some(prior) => (prior.law.low, prior.law.high),
        None => target.knob().limits(),
    };
    match low.is_finite() && high.is_finite() {
        true => format!("{low}..{high}"),
        false => "1..2".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Unknown, NoTarget> {
        typed(text, &["policy".to_owned()])
    }

    #[test]
    fn a_range_is_read_or_the_prior_taken() {
        let unknown = read("signals.chat_weight=1..4").unwrap();
        assert_eq!((unknown.law.low, unknown.law.high), (1.0, 4.0));
        assert_eq!(unknown.law.mode, None);
        let prior = read("policy:signals.chat_weight").unwrap();
        assert_eq!(prior.law.mode, Some(3.0));
        assert_eq!(prior.target.arm(), Some("policy"));
    }

    #[test]
    fn what_is_no_range_is_refused_with_a_hint() {
        let check = |text: &str, message: &str, hint: &str| {
            let fault = read(text).unwrap_err();
            assert!(fault.message.contains(message), "{fault:?}");
            assert!(fault.hint.contains(hint), "{fault:?}");
        };
        check("signals.chat_wieght=1..2", "no knob", "signals.chat_weight");
        check(
            "signals.chat_weight=1-2",
            "no range",
            "signals.chat_weight=0.5..10",
        );
        check("signals.chat_weight=2..1", "does not rise", "LOW..HIGH");
        check("signals.chat_weight=1..20", "cannot be", "0.5 to 10");
        check(
            "signals.retention_days",
            "no prior",
            "signals.retention_days=LOW..HIGH",
        );
        check("policy.start=1..2", "not a number", "only numbers");
        check("=1..2", "no knob", "overheard knobs");
    }
}
