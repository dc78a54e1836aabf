//! What must hold between knobs, beyond the range of each.
//!
//! Each law is a function of the resolved values of one arm; every one that is broken is reported, at the setting that
//! broke it.

use overheard_formats::thousands;
use overheard_model::ids::{Age, App, Class, Market, Surface};

use crate::knob::read_numbers;
use crate::registry::Registry;
use crate::value::NEVER;
use crate::values::{Values, app_share_keys};

/// Longest window, in days: what a year with its eve needs, and what day columns are sized for.
pub const LONGEST_WINDOW: i32 = 400;

/// Standing interests of a person.
const STANDING_INTERESTS: usize = 6;

/// How far the age shares of a market may sum away from 1: published tables are rounded.
const ROUNDING: f64 = 0.01;

const AGE_SHARES: [&str; Age::COUNT] = [
    "population.age_13",
    "population.age_18",
    "population.age_25",
    "population.age_35",
    "population.age_45",
    "population.age_55",
    "population.age_65",
];

const ASSISTANT_TILTS: [&str; Age::COUNT] = [
    "population.assistant_tilt_13",
    "population.assistant_tilt_18",
    "population.assistant_tilt_25",
    "population.assistant_tilt_35",
    "population.assistant_tilt_45",
    "population.assistant_tilt_55",
    "population.assistant_tilt_65",
];

const ITEM_SHARES: [&str; 4] = [
    "content.friends_share",
    "content.reels_share",
    "content.groups_share",
    "content.pages_share",
];

/// Values that are each allowed but do not go together.
#[derive(Debug)]
pub(crate) struct Conflict {
    pub keys: Vec<&'static str>,
    /// The member of these tables that it is about.
    pub member: Option<usize>,
    pub message: String,
    pub hint: String,
}

impl Conflict {
    /// A conflict between keys, in words, and what helps.
    pub fn new(keys: &[&'static str], message: String, hint: impl Into<String>) -> Self {
        Conflict {
            keys: keys.to_vec(),
            member: None,
            message,
            hint: hint.into(),
        }
    }

    /// The same about one member.
    pub fn of(mut self, member: usize) -> Self {
        self.member = Some(member);
        self
    }

    /// Places of the knobs involved, in the registry.
    pub fn places(&self) -> Vec<usize> {
        self.keys
            .iter()
            .filter_map(|key| Registry::get().place(key))
            .collect()
    }
}

/// Every law that these values break.
pub(crate) fn conflicts(values: &Values) -> Vec<Conflict> {
    let mut list = Vec::new();
    let laws = [window, texts, subjects, content];
    list.extend(laws.iter().filter_map(|law| law(values)));
    for market in Market::ALL.iter().copied() {
        let laws = [roll_out, in_force, ages, adoption, apps, ads];
        let broken = laws.iter().filter_map(|law| law(values, market));
        list.extend(broken.map(|conflict| conflict.of(market.index())));
    }
    // Nobody can be counted in a population that is not sound.
    if list.is_empty() {
        list.extend(simulated(values));
    }
    list
}

fn window(values: &Values) -> Option<Conflict> {
    let keys = ["time.start", "time.end"];
    let (start, end) = (values.date(keys[0]), values.date(keys[1]));
    let found = |message, hint: String| Some(Conflict::new(&keys, message, hint));
    if start == NEVER || end == NEVER {
        let message = "a window needs a first and a last day, not `never`".to_owned();
        return found(message, "days are written 2025-12-01".to_owned());
    }
    let days = values.day_of(end) + 1;
    if days < 1 {
        let message = format!("the window ends on {end}, before it starts on {start}");
        let hint = "`time.end` is the last simulated day: set it to `time.start` or later";
        return found(message, hint.to_owned());
    }
    if days > LONGEST_WINDOW {
        let message = format!("the window from {start} to {end} has {days} days");
        let hint = format!("at most {LONGEST_WINDOW} days can be simulated");
        return found(message, hint);
    }
    None
}

/// Texts that have a form of their own.
fn texts(values: &Values) -> Option<Conflict> {
    let key = "interests.standing_weights";
    let hint = format!(
        "write {STANDING_INTERESTS} numbers from strongest to weakest: \"1 0.8 0.65 0.5 0.4 0.3\""
    );
    match read_numbers(values.choice(key)) {
        Err(word) => {
            let word = crate::error::visible(word);
            let message = format!("`{key}` has `{word}` among its numbers");
            Some(Conflict::new(&[key], message, hint))
        }
        Ok(list) if list.len() != STANDING_INTERESTS || list[0] <= 0.0 => {
            let message =
                format!("`{key}` must be {STANDING_INTERESTS} numbers, the first above 0");
            Some(Conflict::new(&[key], message, hint))
        }
        Ok(_) => None,
    }
}

/// A market cannot join a policy that is not in force yet.
fn roll_out(values: &Values, market: Market) -> Option<Conflict> {
    let keys = ["policy.market_start", "policy.start"];
    let start = values.date(keys[1]);
    let date = values.dates::<Market>(keys[0])[market.index()];
    (date < start).then(|| {
        let message = format!("the policy reaches {market} on {date}, before it starts on {start}");
        let hint = "roll-outs follow `policy.start`; `never` is no roll-out";
        Conflict::new(&keys, message, hint)
    })
}

/// What was said before the first simulated day is in nobody's profile, so no policy may be in force before it. The warm-up
/// does not look at the arms: it goes back to a day that is the same for all of them.
fn in_force(values: &Values, market: Market) -> Option<Conflict> {
    let keys = [
        "policy.start",
        "policy.market_start",
        "time.in_force_from",
        "time.start",
    ];
    let [start, earliest, first] = [keys[0], keys[2], keys[3]].map(|key| values.date(key));
    if !values.flag("policy.enabled") || first == NEVER {
        return None;
    }
    let excluded = values.markets("policy.excluded_markets").contains(&market);
    let from = match excluded {
        true => values.dates::<Market>(keys[1])[market.index()].max(start),
        false => start,
    };
    (from < first.min(earliest)).then(|| {
        let (key, day) = match first <= earliest {
            true => (keys[3], first),
            false => (keys[2], earliest),
        };
        let message = format!("the policy is in force from {from}, before `{key}`, {day}");
        let hint = format!(
            "the chats of the days between would be missing: set time.in_force_from = {from}, and all arms are simulated \
             from then on"
        );
        Conflict::new(&keys, message, hint)
    })
}

/// Ages add up, and one of them takes up the assistant.
fn ages(values: &Values, market: Market) -> Option<Conflict> {
    let m = market.index();
    let shares = AGE_SHARES.map(|key| values.per_market(key)[m]);
    let sum: f64 = shares.iter().sum();
    if (sum - 1.0).abs() > ROUNDING {
        let message = format!("the age shares of {market} sum to {sum:.3}, not to 1");
        let hint = "change another age of the same market to match";
        return Some(Conflict::new(&AGE_SHARES, message, hint));
    }
    let tilts = ASSISTANT_TILTS.map(|key| values.per_market(key)[m]);
    let nobody = shares
        .iter()
        .zip(tilts)
        .all(|(share, tilt)| share * tilt <= 0.0);
    if nobody && values.per_market("population.assistant_users")[m] > 0.0 {
        let keys = [&AGE_SHARES[..], &ASSISTANT_TILTS[..]].concat();
        let message = format!("no age in {market} takes up the assistant, but somebody uses it");
        return Some(Conflict::new(
            &keys,
            message,
            "one assistant tilt must be above 0",
        ));
    }
    None
}

fn adoption(values: &Values, market: Market) -> Option<Conflict> {
    let keys = ["population.family_people", "population.assistant_users"];
    let [all, users] = keys.map(|key| values.per_market(key)[market.index()]);
    (users > all).then(|| {
        let message = format!(
            "{market} has {users} million users of the assistant among {all} million people"
        );
        Conflict::new(
            &keys,
            message,
            "users of the assistant are a part of all people",
        )
    })
}

fn apps(values: &Values, market: Market) -> Option<Conflict> {
    let shares = values.app_shares();
    let sum: f64 = shares.iter().map(|of| of[market.index()]).sum();
    // What is written as tenths and hundredths need not sum to 1 to the last bit.
    (sum < 1.0 - 1e-9).then(|| {
        let message =
            format!("the shares of people in {market} who use each app sum to {sum:.3}, below 1");
        let hint = "everybody uses at least one app, many use several: raise a share";
        Conflict::new(&app_share_keys(), message, hint)
    })
}

/// What chats are about, and where they are held.
fn subjects(values: &Values) -> Option<Conflict> {
    let key = "assistant.surface_share";
    if values
        .array::<Surface, { Surface::COUNT }>(key)
        .iter()
        .sum::<f64>()
        <= 0.0
    {
        let message = format!("every surface of `{key}` is 0");
        return Some(Conflict::new(
            &[key],
            message,
            "chats must be held somewhere: give one a share above 0",
        ));
    }
    let [commercial, passing, class, concerned] = [
        "assistant.share_commercial",
        "assistant.share_passing",
        "assistant.share_class",
        "assistant.trait_share",
    ];
    if values.number(passing) > values.number(commercial) {
        let message = format!("`{passing}` is larger than `{commercial}`");
        return Some(Conflict::new(
            &[passing, commercial],
            message,
            "chats on passing intents are a part of the commercial ones",
        ));
    }
    let (shares, traits) = (values.per_class(class), values.per_class(concerned));
    if shares[Class::Ordinary.index()] > 0.0 {
        let message = format!("`{class}` has a share for ordinary, which is no sensitive class");
        return Some(
            Conflict::new(&[class], message, "leave ordinary at 0; it is what remains")
                .of(Class::Ordinary.index()),
        );
    }
    let sum = shares.iter().sum::<f64>() + values.number(commercial);
    if sum > 1.0 {
        let message =
            format!("sensitive and commercial chats sum to {sum:.3} of all chats, above 1");
        return Some(Conflict::new(
            &[class, commercial],
            message,
            "lower one of the shares",
        ));
    }
    let odd = Class::ALL
        .iter()
        .find(|c| shares[c.index()] > traits[c.index()])?;
    let [of_chats, of_people] = [shares, traits].map(|of| of[odd.index()]);
    let message =
        format!("{of_chats} of all chats are on {odd}, but it concerns {of_people} of all people");
    let hint = format!(
        "those whom it concerns would chat of nothing else and not reach it: raise {odd} in `{concerned}`, or lower it in `{class}`"
    );
    Some(Conflict::new(&[class, concerned], message, hint).of(odd.index()))
}

/// No more people are simulated than there are. Where nobody uses the assistant, none of its users is.
fn simulated(values: &Values) -> Option<Conflict> {
    let keys = ["run.people", "population.assistant_users", "time.start"];
    let (people, users) = (values.integer(keys[0]) as f64, values.assistant_users());
    (users >= 1.0 && people > users).then(|| {
        let message = format!(
            "{} people cannot be simulated: there are {} users of the assistant",
            thousands(people, ','),
            thousands(users, ',')
        );
        let hint = format!(
            "at most run.people = {}, or --people",
            thousands(users, '_')
        );
        Conflict::new(&keys, message, hint)
    })
}

fn ads(values: &Values, market: Market) -> Option<Conflict> {
    let keys = ["ads.less_personalised_share", "ads.ad_free_share"];
    let [less, free] = keys.map(|key| values.per_market(key)[market.index()]);
    (less + free > 1.0).then(|| {
        let message = format!(
            "the shares of people with less-personalised ads and without ads in {market} sum above 1"
        );
        Conflict::new(&keys, message, "lower one of the two")
    })
}

/// Every app needs something to show.
fn content(values: &Values) -> Option<Conflict> {
    let shares = ITEM_SHARES.map(|key| values.per_app(key));
    let empty = |app: &&App| shares.iter().all(|s| s[app.index()] <= 0.0);
    if let Some(app) = App::ALL.iter().find(empty) {
        let message = format!("no type of item is shown on {app}");
        let hint = "give one type a share above 0";
        return Some(Conflict::new(&ITEM_SHARES, message, hint).of(app.index()));
    }
    let key = "signals.behaviour_by_app";
    (values.per_app(key).iter().sum::<f64>() <= 0.0).then(|| {
        let message = format!("every app of `{key}` is 0");
        Conflict::new(&[key], message, "give one app a share above 0")
    })
}
