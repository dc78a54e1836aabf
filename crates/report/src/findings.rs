//! What the numbers say, in sentences, each with its interval and the row it stands in.
//!
//! Attributed, displaced and net are three numbers: each has sentences of its own, and no sentence adds two of them up.

use overheard_formats::{Column, Key, PAGE, is_tiny};

use crate::ensemble::{Ensemble, Open, as_set, span};
use crate::estimate::Estimate;
use crate::names::readable;
use crate::run::Run;

/// What kind of statement a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What profiles added to the chances of what was shown, credited to chats by their share of the signal. Not an effect.
    Attributed,
    /// What was shown instead of something else, between two arms.
    Displaced,
    /// Difference between two arms.
    Net,
    /// People who meet ads that go back to their chats.
    People,
    /// On whom it falls, and how evenly.
    Carriers,
    /// What becomes of sensitive chats.
    Sensitive,
    /// Who knew, and could do something, in time.
    Notice,
}

impl Kind {
    /// One word for the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Attributed => "attributed",
            Self::Displaced => "displaced",
            Self::Net => "net",
            Self::People => "people",
            Self::Carriers => "who carries it",
            Self::Sensitive => "sensitive chats",
            Self::Notice => "notices",
        }
    }
}

/// One sentence and its number.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What kind of statement it is.
    pub kind: Kind,
    /// The sentence.
    pub statement: String,
    /// The number in it, as the table has it.
    pub estimate: Estimate,
    /// File of the row.
    pub file: &'static str,
    /// The row.
    pub key: Key,
}

/// The findings of one arm other than the first, in the order of the page.
pub(crate) fn findings(run: &Run, arm: &str) -> Vec<Finding> {
    let teller = Teller { run, arm };
    let mut found = Vec::new();
    found.extend(teller.attributed("ad_impressions", "ad impressions"));
    found.extend(teller.attributed("ad_clicks", "ad clicks"));
    found.extend(teller.displaced());
    found.extend(teller.displaced_people());
    for (measure, words) in NET {
        found.extend(teller.net(measure, words));
    }
    found.extend(teller.price());
    found.extend(teller.reached());
    found.extend(teller.minors());
    found.extend(teller.carriers());
    found.extend(teller.variety());
    found.extend(teller.missed());
    found.extend(teller.shown_from_sensitive("sensitive_ad_impressions", "ad impressions"));
    found.extend(teller.shown_from_sensitive("sensitive_content_items", "organic items"));
    found.extend(teller.reached_from_sensitive());
    found.extend(teller.most_reached());
    found.extend(teller.informed());
    found
}

/// Measures whose difference between arms is told, in words.
const NET: [(&str, &str); 6] = [
    ("ad_impressions", "ad impressions"),
    ("ad_clicks", "ad clicks"),
    ("ad_conversions", "conversions that follow an ad"),
    (
        "incremental_conversions",
        "incremental conversions (those that ads bring about)",
    ),
    ("organic_items", "organic items shown"),
    ("ad_spend_usd", "US dollars of ad spend"),
];

/// A number with its 95 % interval. An interval without width is not written.
fn with_interval(e: Estimate) -> String {
    if e.std_error == 0.0 {
        return PAGE.prose(e.value);
    }
    format!("{} ({})", PAGE.prose(e.value), interval(e))
}

/// What must be added to a number that rests on a handful of simulated people, each of whom stands for many.
fn too_few(e: Estimate) -> &'static str {
    if e.is_too_few() {
        " Too few are simulated to tell."
    } else {
        ""
    }
}

fn interval(e: Estimate) -> String {
    let (low, high) = e.interval();
    format!(
        "95\u{a0}% interval {} to {}",
        PAGE.prose(low),
        PAGE.prose(high)
    )
}

/// Differences below one of what is counted are none.
pub(crate) const LEAST_COUNT: f64 = 0.5;

pub(crate) fn direction(difference: f64) -> &'static str {
    if difference < 0.0 { "fewer" } else { "more" }
}

/// `0.2 million fewer to 26.7 million more`, or `1.2 to 3.4 million more`.
pub(crate) fn between(open: Open) -> String {
    let (low, high) = (open.low, open.high);
    if open.has_both_signs() {
        let [fewer, more] = [-low, high].map(|x| PAGE.prose(x));
        return format!("{fewer} fewer to {more} more");
    }
    let (small, large) = (low.abs().min(high.abs()), low.abs().max(high.abs()));
    format!("{} {}", span(small, large), direction(low + high))
}

struct Teller<'a> {
    run: &'a Run,
    arm: &'a str,
}

impl Teller<'_> {
    fn total(&self, measure: &'static str) -> Option<Estimate> {
        self.run.outcomes.total(self.arm, &Key::of(measure))
    }

    fn outcome(
        &self,
        kind: Kind,
        key: Key,
        say: impl Fn(Estimate, &str) -> String,
    ) -> Option<Finding> {
        let estimate = self.run.outcomes.total(self.arm, &key)?;
        let number = self.number(&key, estimate);
        Some(Finding {
            kind,
            statement: say(estimate, &number) + too_few(estimate),
            estimate,
            file: "outcomes.csv",
            key,
        })
    }

    /// A number, its band first if it has one.
    fn number(&self, key: &Key, e: Estimate) -> String {
        let ensemble = self.run.ensemble.as_ref();
        match ensemble.and_then(|ensemble| ensemble.value(self.arm, key)) {
            Some(open) => open.told(e),
            None => with_interval(e),
        }
    }

    /// A number's share of another in this run, open as far as the number is.
    fn share(&self, key: &Key, part: Estimate, whole: Option<Estimate>) -> String {
        let Some((whole, share)) = whole.and_then(|whole| Some((whole, part.share_of(whole)?)))
        else {
            return "an undefined share".into();
        };
        let ensemble = self.run.ensemble.as_ref();
        match ensemble.and_then(|ensemble| ensemble.value(self.arm, key)) {
            Some(open) => {
                let of = |x: f64| PAGE.percent(100.0 * x / whole.value);
                format!("{} to {}", of(open.low), of(open.high))
            }
            None => PAGE.percent(100.0 * share.value),
        }
    }

    fn attributed(&self, measure: &'static str, words: &str) -> Option<Finding> {
        let key = Key::of(measure).with(Column::Source, "chat");
        let share = |e| self.share(&key, e, self.total(measure));
        self.outcome(Kind::Attributed, key.clone(), |e, number| {
            let share = share(e);
            format!("{number} {words} are attributed to chats, {share} of all {words} in this arm.")
        })
    }

    fn displaced(&self) -> Option<Finding> {
        let key = Key::of("displaced_impressions");
        let share = |e| self.share(&key, e, self.total("ad_impressions"));
        self.outcome(Kind::Displaced, key.clone(), |e, number| {
            format!(
                "{number} ad impressions, {} of all, show another ad, by kind or topic, than in arm “{}”.",
                share(e),
                self.run.base()
            )
        })
    }

    fn displaced_people(&self) -> Option<Finding> {
        self.outcome(
            Kind::Displaced,
            Key::of("people_with_displaced_ads"),
            |_, number| format!("{number} people have at least one such impression."),
        )
    }

    fn net(&self, measure: &'static str, words: &str) -> Option<Finding> {
        let key = Key::of(measure);
        let row = self.run.differences.total(self.arm, &key)?;
        let e = row.difference;
        let (low, high) = e.interval();
        let base = self.run.base();
        let under = format!(
            "under market.response = {}",
            self.run.manifest.market_response
        );
        let direction = direction(e.value);
        let size = Estimate::new(e.value.abs(), e.std_error);
        let percent = row
            .percent()
            .map_or_else(String::new, |p| self.relative(p.value, e.value.abs()));
        let open = self.run.ensemble.as_ref();
        let open = open.and_then(|ensemble| ensemble.difference(self.arm, &key));
        let ends = open.map_or([low, high], |open| [open.low, open.high]);
        let counts = ends.iter().any(|x| x.abs() >= LEAST_COUNT);
        let mut statement = if e.value == 0.0 && e.std_error == 0.0 && open.is_none() {
            format!("No difference: exactly as many {words} as in arm “{base}”, {under}.")
        } else if !counts {
            format!("No difference: as many {words} as in arm “{base}”, to one of them, {under}.")
        } else if let Some(open) = open {
            let as_set = as_set(size).replacen(';', &format!(" {direction}{percent};"), 1);
            let median = PAGE.prose(open.median.abs());
            let its_direction = self::direction(open.median);
            format!(
                "{} {words} than in arm “{base}” (median {median} {its_direction}; {as_set}), {under}.",
                between(open)
            )
        } else {
            format!(
                "{} {direction} {words} than in arm “{base}”{percent}; difference with {}; {under}.",
                PAGE.prose(size.value),
                interval(e)
            )
        };
        if counts && open.is_some_and(Open::has_both_signs) {
            statement.push_str(" Whether more or fewer is unknown: the draws disagree.");
        } else if counts && low < 0.0 && high > 0.0 {
            statement.push_str(" The interval of sampling holds zero: no difference can be told.");
        }
        if measure == "ad_spend_usd" {
            statement
                .push_str(" Spend follows from the assumed budgets: a scenario, not a finding.");
        }
        Some(Finding {
            kind: Kind::Net,
            statement,
            estimate: e,
            file: "differences.csv",
            key,
        })
    }

    /// A change in percent, in brackets; one too small for that, among the people whose chats can bring it about.
    fn relative(&self, percent: f64, size: f64) -> String {
        let each = size / self.run.assistant_users(self.arm);
        let of = [(1e3, "thousand"), (1e6, "million")];
        let readable = of.into_iter().find(|(n, _)| n * each >= 0.1);
        match readable {
            Some((n, many)) if is_tiny(percent) => format!(
                " ({}: {} to a {many} assistant users)",
                PAGE.change(percent),
                PAGE.prose(n * each)
            ),
            _ => format!(" ({})", PAGE.change(percent)),
        }
    }

    fn price(&self) -> Option<Finding> {
        /// A hundredth of a cent: no price is told more finely.
        const LEAST: f64 = 0.0001;
        let key = Key::of("price_per_mille_usd");
        let row = self.run.differences.at(self.arm, &key)?;
        let e = row.difference;
        let direction = if e.value < 0.0 { "below" } else { "above" };
        let (base, response) = (self.run.base(), &self.run.manifest.market_response);
        let was = PAGE.prose(row.base);
        let statement = if e.value.abs() < LEAST && e.half_width() < LEAST {
            format!(
                "The price per thousand impressions is, to a hundredth of a cent, the {was} US dollars of arm “{base}”; under market.response = {response}."
            )
        } else {
            format!(
                "The price per thousand impressions is {} US dollars {direction} the {was} of arm “{base}”; difference with {}; under market.response = {response}.",
                PAGE.prose(e.value.abs()),
                interval(e)
            )
        };
        Some(Finding {
            kind: Kind::Net,
            statement,
            estimate: e,
            file: "differences.csv",
            key,
        })
    }

    fn reached(&self) -> Option<Finding> {
        let represented = Estimate::new(self.run.assistant_users(self.arm), 0.0);
        let key = Key::of("people_reached_by_chat_ads");
        let share = |e| self.share(&key, e, Some(represented));
        self.outcome(Kind::People, key.clone(), |e, number| {
            let share = share(e);
            format!(
                "{number} people, {share} of assistant users, see at least one ad attributed to their chats."
            )
        })
    }

    fn minors(&self) -> Option<Finding> {
        self.outcome(Kind::People, Key::of("minors_reached"), |_, number| {
            format!(
                "{number} minors who declare an adult’s age see at least one ad attributed to their chats. How many declare a false age is an assumption."
            )
        })
    }

    /// How much falls on those who chat most, and on those who see most.
    fn carriers(&self) -> Option<Finding> {
        let measure = "chat_ads_by_habit";
        let by_habit = self
            .run
            .outcomes
            .along(self.arm, &Key::of(measure), Column::Bucket);
        let ((_, least), (most, _)) = (by_habit.first()?, by_habit.last()?);
        let all: f64 = by_habit.iter().map(|(_, e)| e.value).sum();
        let share = |part: f64| PAGE.percent(100.0 * part);
        // A band is of the number, not of how it is shared out.
        let here = match self.run.ensemble {
            Some(_) => "as the scenario is set ",
            None => "",
        };
        let top = Key::of("chat_ads_held_by_top").with(Column::Bucket, "top 1 %");
        let top = self.run.outcomes.at(self.arm, &top)?;
        let key = Key::of(measure).with(Column::Bucket, most.clone());
        self.outcome(Kind::Carriers, key, |e, number| {
            format!(
                "The fifth of assistant users who chat most see {number} ads attributed to their chats, {here}{} of all such ads; the fifth who chat least see {}. \
                 The one percent who see most of them see {}.",
                share(e.value / all),
                share(least.value / all),
                share(top.value)
            )
        })
    }

    /// Whether people's ads become more or less alike.
    fn variety(&self) -> Option<Finding> {
        /// Parts of a category that nobody would notice.
        const LEAST: f64 = 0.001;
        let key = Key::of("ad_categories_per_person");
        let row = self.run.differences.at(self.arm, &key)?;
        let (e, base) = (row.difference, self.run.base());
        let (low, high) = e.interval();
        let told = if e.value == 0.0 && e.std_error == 0.0 {
            "exactly as varied".to_owned()
        } else if low.abs().max(high.abs()) < LEAST {
            "as varied, to a thousandth of a category".to_owned()
        } else if low < 0.0 && high > 0.0 {
            format!(
                "no different as far as sampling can tell (difference with {})",
                interval(e)
            )
        } else {
            format!(
                "as {} {} (difference with {})",
                PAGE.prose(e.value.abs()),
                direction(e.value),
                interval(e)
            )
        };
        let was = PAGE.figure(row.base, 4);
        Some(Finding {
            kind: Kind::Carriers,
            statement: format!(
                "In arm “{base}” the ads of an assistant user are as varied as {was} equally frequent ad categories, in this arm {told}."
            ),
            estimate: e,
            file: "differences.csv",
            key,
        })
    }

    fn missed(&self) -> Option<Finding> {
        let total = |measure| self.run.outcomes.total(self.arm, &Key::of(measure));
        let (caught, missed) = (
            total("sensitive_caught")?.value,
            total("sensitive_missed")?.value,
        );
        let seen = caught + missed;
        let share = if seen > 0.0 {
            format!(
                " (as set, {} of the {} that it looks at)",
                PAGE.percent(100.0 * missed / seen),
                PAGE.prose(seen)
            )
        } else {
            String::new()
        };
        self.outcome(Kind::Sensitive, Key::of("sensitive_missed"), |_, number| {
            format!(
                "The detector misses {number} sensitive chats{share}. Its quality is an assumption."
            )
        })
    }

    fn shown_from_sensitive(&self, measure: &'static str, words: &str) -> Option<Finding> {
        self.outcome(Kind::Sensitive, Key::of(measure), |_, number| {
            format!("{number} {words} go back to a sensitive chat.")
        })
    }

    fn reached_from_sensitive(&self) -> Option<Finding> {
        let key = Key::of("people_reached_from_sensitive_chats");
        self.outcome(Kind::Sensitive, key, |_, number| {
            format!("{number} people see at least one ad that goes back to a sensitive chat.")
        })
    }

    /// The class and route by which most people are reached. Classes are not added up: one person can be reached from several.
    fn most_reached(&self) -> Option<Finding> {
        let rows = ["missed", "neighbour", "unprotected"]
            .into_iter()
            .flat_map(|route| {
                let key =
                    Key::of("people_reached_from_sensitive_chats").with(Column::Bucket, route);
                let classes = self.run.outcomes.along(self.arm, &key, Column::Topic);
                classes
                    .into_iter()
                    .map(move |(class, e)| (class, route, key.clone(), e))
            });
        let (class, route, key, estimate) = rows
            .filter(|(_, _, _, e)| e.value > 0.0)
            .max_by(|a, b| a.3.value.total_cmp(&b.3.value))?;
        Some(Finding {
            kind: Kind::Sensitive,
            statement: format!(
                "The most common way: {} people see ads that go back to a chat about {} ({}).",
                with_interval(estimate),
                readable(&class),
                readable(route)
            ) + too_few(estimate),
            estimate,
            file: "outcomes.csv",
            key: key.with(Column::Topic, class),
        })
    }

    fn informed(&self) -> Option<Finding> {
        let bucket = |bucket: &'static str| {
            let key = Key::of("informed_before_first_signal").with(Column::Bucket, bucket);
            Some((self.run.outcomes.at(self.arm, &key)?, key))
        };
        let (signalled, _) = bucket("signalled")?;
        let (understood, key) = bucket("understood")?;
        let (control, _) = bucket("with_control")?;
        Some(Finding {
            kind: Kind::Notice,
            statement: format!(
                "Of {} people whose chats gave a signal, {} had understood a notice before the first one, and {} had a working control by then.",
                PAGE.prose(signalled.value),
                with_interval(understood),
                PAGE.prose(control.value)
            ),
            estimate: understood,
            file: "outcomes.csv",
            key,
        })
    }
}

/// As many people hold the figures of every market, as far as the model does.
const ENOUGH_PEOPLE: u64 = 200_000;

/// What a reader must know before believing the findings: what the run itself warned of (markets off their path, effects too
/// large to be plausible), and figures out of tolerance.
pub(crate) fn warnings(run: &Run) -> Vec<String> {
    let mut warnings = run.manifest.warnings.clone();
    if let Some(few) = run.ensemble.as_ref().and_then(Ensemble::few) {
        warnings.push(few);
    }
    let outside = run
        .calibration
        .iter()
        .filter(|r| r.within() == Some(false))
        .count();
    if outside > 0 {
        let figures = match outside {
            1 => "One published figure is not met within its tolerance".to_owned(),
            _ => format!("{outside} published figures are not met within their tolerance"),
        };
        // At 20,000 people a market's spend has an error of 4 to 5 %, which is what most figures tolerate.
        let chance = match run.manifest.people < ENOUGH_PEOPLE {
            true => ". Of so few people some miss by sampling alone",
            false => "",
        };
        warnings.push(format!("{figures}; see the calibration table{chance}."));
    }
    warnings
}
