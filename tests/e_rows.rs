//! The event as announced, row by row: each test fails if the model loses its row. What the rule forbids is exactly zero,
//! not nearly, and each zero stands beside the same number without the rule, which is not zero.
//!
//! A small population lives six days round 16 December under `no-policy` and under `policy`, as told by `--set`.

use std::sync::LazyLock;

use overheard_diary::{Record, Story, explain, trace};
use overheard_engine::{EngineKind, Prepared, simulate, world};
use overheard_model::ids;
use overheard_outcomes::{Column, Estimates, Key};

use crate::support::{NOTHING, path_of, scenario, tune, two_arms};

use Column::{Age, App, Bucket, Day, Market, Source, Surface, Topic};

static MONTH: LazyLock<String> = LazyLock::new(|| two_arms("2025-12-14", "2025-12-19", 4000));

/// The arm that is asked about.
const POLICY: usize = 1;

const DEFAULTS: &str = "name = \"defaults\"";

struct Month(Estimates);

/// The month with these knobs.
fn with(set: &[&str]) -> Month {
    let (_, estimates) = simulate(&scenario(&MONTH, set), EngineKind::Thinned, tune()).unwrap();
    Month(estimates)
}

/// The month as it is announced, lived once for all tests.
static ANNOUNCED: LazyLock<Month> = LazyLock::new(|| with(&[]));

impl Month {
    fn of(&self, arm: usize, measure: &'static str, cut: &[(Column, &'static str)]) -> f64 {
        let key = cut
            .iter()
            .fold(Key::of(measure), |key, (c, m)| key.with(*c, *m));
        let estimate = self.0.get(arm, &key);
        estimate.unwrap_or_else(|| panic!("no row {key}")).value
    }

    fn policy(&self, measure: &'static str, cut: &[(Column, &'static str)]) -> f64 {
        self.of(POLICY, measure, cut)
    }

    /// The sum of every row of a measure: for asking whether there is any at all.
    fn every(&self, measure: &str) -> f64 {
        let arm = &self.0.arms()[POLICY];
        let rows = self
            .0
            .rows()
            .filter(|r| r.arm == arm && r.key.measure() == measure);
        rows.map(|r| r.estimate.value).sum()
    }

    /// Chat-derived ads.
    fn chat_ads(&self, cut: &[(Column, &'static str)]) -> f64 {
        let cut: Vec<_> = cut.iter().copied().chain([(Source, "chat")]).collect();
        self.policy("ad_impressions", &cut)
    }

    fn chat_items(&self, cut: &[(Column, &'static str)]) -> f64 {
        let cut: Vec<_> = cut.iter().copied().chain([(Source, "chat")]).collect();
        self.policy("organic_items", &cut)
    }

    fn cross(&self, surface: &'static str, app: &'static str) -> f64 {
        self.policy("cross_app_impressions", &[(Surface, surface), (App, app)])
    }
}

const APPS: [&str; ids::App::COUNT] = names(ids::App::NAMES);
const SURFACES: [&str; ids::Surface::COUNT] = names(ids::Surface::NAMES);

const fn names<const N: usize>(all: &[&'static str]) -> [&'static str; N] {
    let mut names = [""; N];
    names.copy_from_slice(all);
    names
}

/// A feed that is not wired, or a surface on which nobody chats, leaves a zero.
#[test]
fn e1_all_feeds_and_all_surfaces() {
    let month = with(&[
        "assistant.has_ai_app=0.5",
        "assistant.has_glasses=0.5",
        "assistant.surface_share=0.16",
    ]);
    for app in APPS {
        for source in ["broad", "behaviour", "chat"] {
            let cut = [(App, app), (Source, source)];
            assert!(month.policy("ad_impressions", &cut) > 0.0, "{app} {source}");
            assert!(month.policy("organic_items", &cut) > 0.0, "{app} {source}");
        }
    }
    for surface in SURFACES {
        for measure in ["chats", "signals"] {
            assert!(
                month.policy(measure, &[(Surface, surface)]) > 0.0,
                "{measure} {surface}"
            );
        }
    }
}

/// An extractor that ignores the modality reads voice chats whatever the quality.
#[test]
fn e2_voice_counts_with_a_quality_of_its_own() {
    let spoken = |quality: &str| {
        with(&[
            "assistant.has_glasses=1",
            "assistant.voice_share_glasses=1",
            "assistant.surface_share.ai-glasses=1",
            "assistant.surface_share.whatsapp=0",
            "assistant.surface_share.facebook=0",
            "assistant.surface_share.instagram=0",
            "assistant.surface_share.messenger=0",
            "assistant.surface_share.meta-ai-app=0",
            "sensitive.neighbour_leak=0",
            quality,
        ])
    };
    let (deaf, hears) = (
        spoken("extraction.voice_quality=0"),
        spoken("extraction.voice_quality=1"),
    );
    assert_eq!(deaf.policy("chats", &[]), hears.policy("chats", &[]));
    assert_eq!(deaf.policy("signals", &[]), 0.0);
    assert!(hears.policy("signals", &[]) > 0.0);
    // Text counts too, and does not depend on it.
    let text = with(&[
        "extraction.voice_quality=0",
        "assistant.voice_share=0",
        "assistant.has_glasses=0",
    ]);
    assert!(text.policy("signals", &[]) > 0.0);
}

/// A missing gate lets chats of people who are not logged in through.
#[test]
fn e3_only_logged_in_chats_count() {
    let out = with(&["apps.logged_in_apps=0", "apps.logged_in_ai_app=0"]);
    assert!(out.policy("chats", &[]) > 0.0);
    nothing_from_chats(&out);
    assert!(ANNOUNCED.policy("signals", &[]) > 0.0);
}

fn nothing_from_chats(month: &Month) {
    assert_eq!(month.policy("signals", &[]), 0.0);
    assert_eq!(month.chat_ads(&[]), 0.0);
    assert_eq!(month.chat_items(&[]), 0.0);
    assert_eq!(month.policy("people_reached_by_chat_ads", &[]), 0.0);
}

/// If chats replaced behaviour, or the two were mixed, a source would be empty or would not go when its signals go.
#[test]
fn e4_chats_are_added_to_behaviour_and_told_apart() {
    for measure in [
        "ad_impressions",
        "ad_clicks",
        "ad_conversions",
        "ad_spend_usd",
        "organic_items",
    ] {
        let by = |source| ANNOUNCED.policy(measure, &[(Source, source)]);
        let parts = by("broad") + by("behaviour") + by("chat");
        let total = ANNOUNCED.policy(measure, &[]);
        assert!(
            by("behaviour") > by("chat") && by("chat") > 0.0,
            "{measure}"
        );
        assert!(
            (parts / total - 1.0).abs() < 1e-6,
            "{measure}: {parts} of {total}"
        );
        assert_eq!(
            ANNOUNCED.of(0, measure, &[(Source, "chat")]),
            0.0,
            "{measure}"
        );
    }
    // Added, and not put in the place of behaviour: more is chosen by signals than without chats.
    for measure in ["ad_impressions", "organic_items"] {
        let by = |arm, source| ANNOUNCED.of(arm, measure, &[(Source, source)]);
        let (before, after) = (
            by(0, "behaviour"),
            by(POLICY, "behaviour") + by(POLICY, "chat"),
        );
        assert!(after > before, "{measure}: {before} to {after}");
    }
    let alone = with(&[
        "signals.use_behaviour=false",
        "signals.use_off_platform=false",
        "signals.use_context=false",
    ]);
    assert!(alone.chat_ads(&[]) > 0.0);
    // What a custom audience shows is behaviour, of before.
    let (left, before) = (
        alone.policy("organic_items", &[(Source, "behaviour")]),
        ANNOUNCED.policy("organic_items", &[(Source, "behaviour")]),
    );
    assert!(left.abs() < 1e-6 * before, "{left} of {before}");
}

/// A kind of item that is not ranked by the profile gets nothing from chats.
#[test]
fn e5_ads_friends_reels_and_groups_are_personalised() {
    let by_type = |month: &Month, kind| {
        month.policy("organic_items_by_type", &[(Bucket, kind), (Source, "chat")])
    };
    for kind in ["friends", "reels", "groups", "pages"] {
        assert!(by_type(&ANNOUNCED, kind) > 0.0, "{kind}");
    }
    assert!(ANNOUNCED.chat_ads(&[]) > 0.0);
    let without = with(&["content.gain.groups=0"]);
    assert_eq!(by_type(&without, "groups"), 0.0);
    assert!(by_type(&without, "reels") > 0.0);
}

const PROMISED: [&str; 7] = [
    "religion",
    "orientation",
    "politics",
    "health",
    "ethnicity",
    "philosophy",
    "union",
];
const UNPROMISED: [&str; 7] = [
    "sex-life",
    "debt",
    "pregnancy",
    "immigration",
    "addiction",
    "violence",
    "gender-identity",
];

/// Seven classes are promised for ads; the detector is the only door, and its neighbours the other.
#[test]
fn e6_sensitive_topics_are_kept_out_of_ads() {
    let reached = |month: &Month, bucket| {
        month.policy(
            "people_reached_from_sensitive_chats",
            &[(Topic, "health"), (Bucket, bucket)],
        )
    };
    let perfect = with(&[
        "sensitive.detector_recall=1",
        "sensitive.exclude_unpromised_ads=true",
        "sensitive.neighbour_leak=0",
    ]);
    assert!(perfect.policy("sensitive_caught", &[]) > 0.0);
    for measure in [
        "sensitive_missed",
        "people_reached_from_sensitive_chats",
        "sensitive_ad_impressions",
    ] {
        assert_eq!(perfect.every(measure), 0.0, "{measure}");
    }
    // The promise is worded for ads: content is another switch.
    assert!(perfect.every("sensitive_content_items") > 0.0);
    let silent = with(&[
        "sensitive.detector_recall=1",
        "sensitive.exclude_unpromised_ads=true",
        "sensitive.exclude_promised_content=true",
        "sensitive.exclude_unpromised_content=true",
        "sensitive.neighbour_leak=0",
    ]);
    assert_eq!(silent.every("sensitive_content_items"), 0.0);
    // Both leaks exist.
    let blind = with(&["sensitive.detector_recall=0", "sensitive.neighbour_leak=1"]);
    assert_eq!(blind.policy("sensitive_caught", &[]), 0.0);
    assert!(reached(&blind, "missed") > 0.0);
    assert_eq!(reached(&blind, "neighbour"), 0.0);
    let leaky = with(&["sensitive.detector_recall=1", "sensitive.neighbour_leak=1"]);
    assert!(reached(&leaky, "neighbour") > 0.0);
    assert_eq!(reached(&leaky, "missed"), 0.0);
}

/// Each of the seven is promised. Subjects that the promise does not name are used as any other.
#[test]
fn e6_seven_classes_are_promised() {
    let classes = || PROMISED.into_iter().chain(UNPROMISED);
    let talk = classes().flat_map(|class| {
        [
            format!("assistant.trait_share.{class}=0.9"),
            format!("assistant.share_class.{class}=0.05"),
        ]
    });
    let talk: Vec<String> = talk.collect();
    let mut settings: Vec<&str> = talk.iter().map(String::as_str).collect();
    settings.extend([
        "sensitive.detector_recall=0.5",
        "sensitive.neighbour_leak=1",
    ]);
    let outspoken = with(&settings);
    for class in classes() {
        let reached = |bucket| {
            let cut = [(Topic, class), (Bucket, bucket)];
            outspoken.policy("people_reached_from_sensitive_chats", &cut)
        };
        for (route, promised) in [
            ("missed", true),
            ("neighbour", true),
            ("unprotected", false),
        ] {
            let taken = PROMISED.contains(&class) == promised;
            let people = reached(route);
            assert!(
                if taken { people > 0.0 } else { people == 0.0 },
                "{class} {route}: {people}"
            );
        }
    }
}

const OUTSIDE: [&str; 3] = ["eu", "uk", "south-korea"];

/// Without the market gate, the three excluded markets are as the others; a roll-out opens one of them on its day.
#[test]
fn e7_not_in_the_eu_the_uk_and_south_korea() {
    for market in OUTSIDE {
        assert_eq!(ANNOUNCED.chat_ads(&[(Market, market)]), 0.0, "{market}");
        assert_eq!(ANNOUNCED.chat_items(&[(Market, market)]), 0.0, "{market}");
        assert!(
            ANNOUNCED.policy("chats", &[(Market, market)]) > 0.0,
            "{market}"
        );
    }
    for market in ["us-canada", "other-europe", "india", "brazil"] {
        assert!(ANNOUNCED.chat_ads(&[(Market, market)]) > 0.0, "{market}");
    }
    let everywhere = with(&["policy.excluded_markets=[]"]);
    for market in OUTSIDE {
        assert!(everywhere.chat_ads(&[(Market, market)]) > 0.0, "{market}");
    }
    let later = with(&["policy.market_start.uk=2025-12-18"]);
    let uk = |day| later.chat_ads(&[(Market, "uk"), (Day, day)]);
    assert_eq!(uk("2025-12-17"), 0.0);
    assert!(uk("2025-12-19") > 0.0);
    assert_eq!(later.chat_ads(&[(Market, "eu")]), 0.0);
}

/// A signal that ignored account groups would show off the diagonal.
#[test]
fn e8_only_joined_accounts_share_signals() {
    let apart = with(&["apps.unlink=true", "assistant.has_ai_app=0.5"]);
    for surface in APPS {
        for app in APPS {
            let (ads, own) = (apart.cross(surface, app), surface == app);
            assert!(
                if own { ads > 0.0 } else { ads == 0.0 },
                "{surface} to {app}: {ads}"
            );
        }
    }
    // Three unjoined accounts and one switch that takes all apart are the same.
    let unjoined = with(&[
        "apps.joined_facebook_messenger=0",
        "apps.joined_facebook_instagram=0",
        "apps.joined_whatsapp=0",
        "assistant.has_ai_app=0.5",
    ]);
    for surface in SURFACES {
        for app in APPS {
            assert_eq!(
                apart.cross(surface, app),
                unjoined.cross(surface, app),
                "{surface} to {app}"
            );
        }
    }
    // WhatsApp counts elsewhere only if it was added.
    let not_added = with(&["apps.joined_whatsapp=0"]);
    for app in ["facebook", "instagram", "messenger"] {
        assert_eq!(not_added.cross("whatsapp", app), 0.0, "{app}");
        assert_eq!(not_added.cross(app, "whatsapp"), 0.0, "{app}");
        assert!(ANNOUNCED.cross("whatsapp", app) > 0.0, "{app}");
    }
    assert!(not_added.cross("facebook", "instagram") > 0.0);
}

/// The funnel narrows at every step, and there is none before its first day.
#[test]
fn e9_notices_are_shown_opened_understood_and_acted_on() {
    let people = |month: &Month, step| month.policy("notice_funnel", &[(Bucket, step)]);
    let steps = ["shown", "opened", "understood", "acted"].map(|step| people(&ANNOUNCED, step));
    assert!(
        steps.windows(2).all(|w| w[0] > w[1]) && steps[3] > 0.0,
        "{steps:?}"
    );
    let later = with(&["notices.start=2026-01-10"]);
    for step in ["shown", "opened", "understood", "acted"] {
        assert_eq!(people(&later, step), 0.0, "{step}");
    }
}

/// Notices come in the apps and by e-mail: each reaches people alone, and without both nobody is told.
#[test]
fn e9_notices_come_in_the_apps_and_by_e_mail() {
    let told = |in_app: &str, e_mails: &str| {
        let month = with(&[
            &format!("notices.shown_per_open={in_app}"),
            &format!("notices.email_sent={e_mails}"),
            "notices.email_opened=1",
        ]);
        ["shown", "opened", "understood"]
            .map(|step| month.policy("notice_funnel", &[(Bucket, step)]))
    };
    assert_eq!(told("0", "0"), [0.0; 3]);
    for (in_app, e_mails) in [("0.5", "0"), ("0", "1")] {
        let people = told(in_app, e_mails);
        assert!(people.iter().all(|p| *p > 0.0), "{people:?}");
    }
}

/// Without the date gate chats of the 14th would count on the 14th, and with a memory for older chats the first day would
/// begin with more than its own.
#[test]
fn e10_in_force_on_16_december_for_chats_from_that_day_on() {
    for day in ["2025-12-14", "2025-12-15"] {
        assert!(ANNOUNCED.policy("chats", &[(Day, day)]) > 0.0);
        assert_eq!(ANNOUNCED.policy("signals", &[(Day, day)]), 0.0);
        assert_eq!(ANNOUNCED.chat_ads(&[(Day, day)]), 0.0);
        assert_eq!(ANNOUNCED.chat_items(&[(Day, day)]), 0.0);
    }
    assert!(ANNOUNCED.chat_ads(&[(Day, "2025-12-16")]) > 0.0);
    // Older chats are never used: a window that begins on the day sees the same first day, though nobody in it can have
    // chatted before. With a memory for two weeks of chats it would begin with several times as much; what a signal earns on
    // one day differs by a third between two samples this small.
    let fresh = with(&["time.start=2025-12-16"]);
    let share = |month: &Month| {
        month.chat_ads(&[(Day, "2025-12-16")]) / month.policy("signals", &[(Day, "2025-12-16")])
    };
    let ratio = share(&ANNOUNCED) / share(&fresh);
    assert!((0.5..2.0).contains(&ratio), "{ratio}");
}

/// Each control that is there does what it says and nothing else.
#[test]
fn e11_preferences_and_quitting() {
    // Nobody acts on a notice; every chat-derived ad is recognised, and one thing done about it.
    let does = |reaction: &str| {
        let mut settings = vec![
            "notices.acts=0".to_owned(),
            "notices.cuts_down=0".to_owned(),
            "reactions.recognised=1".to_owned(),
            "reactions.kept_after_cut=0".to_owned(),
            // Most chats are held in WhatsApp: there is something to take apart.
            "apps.joined_whatsapp=0.5".to_owned(),
            "run.people=20000".to_owned(),
        ];
        for other in ["hide", "quit", "cut_down", "unjoin"] {
            let chance = if other == reaction { 0.1 } else { 0.0 };
            settings.push(format!("reactions.{other}={chance}"));
        }
        with(&settings.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let chats = |month: &Month| month.policy("chats", &[]);
    let crossed = |month: &Month| {
        let pairs = APPS.iter().flat_map(|s| APPS.iter().map(move |a| (*s, *a)));
        let others = pairs.filter(|(surface, app)| surface != app);
        others.map(|(s, a)| month.cross(s, a)).sum::<f64>()
    };
    let used = |month: &Month, bucket| month.policy("controls_used", &[(Bucket, bucket)]);
    let nothing = does("nothing");
    assert_eq!(chats(&nothing), nothing.of(0, "chats", &[]));
    assert!(nothing.chat_ads(&[]) > 0.0 && crossed(&nothing) > 0.0);
    for (reaction, bucket) in [
        ("hide", "hide_topic"),
        ("quit", "quit"),
        ("cut_down", "cut_down"),
        ("unjoin", "unjoin"),
    ] {
        let month = does(reaction);
        assert_eq!(used(&nothing, bucket), 0.0, "{bucket}");
        assert!(used(&month, bucket) > 0.0, "{bucket}");
        let leaves = matches!(reaction, "quit" | "cut_down");
        let fewer = chats(&month) < chats(&nothing);
        assert_eq!(fewer, leaves, "{reaction}: chats");
        assert!(
            month.chat_ads(&[]) < nothing.chat_ads(&[]),
            "{reaction}: chat-derived ads"
        );
    }
    assert!(crossed(&does("unjoin")) < crossed(&nothing));
    // Who understood a notice can quit too.
    let warned = with(&["notices.acts=1", "notices.cuts_down=0"]);
    assert!(chats(&warned) < chats(&nothing));
}

/// There is no opt-out; what one, an agreement asked for, or a chat off the record would do.
#[test]
fn e11_controls_that_are_not_there() {
    let control = |month: &Month, bucket| month.policy("controls_used", &[(Bucket, bucket)]);
    for bucket in ["opt_out", "incognito"] {
        assert_eq!(control(&ANNOUNCED, bucket), 0.0, "{bucket}");
    }
    for counterfactual in [
        [
            "controls.opt_out_available=true",
            "controls.opt_out_share=1",
        ],
        ["controls.opt_in_required=true", "controls.opt_in_share=0"],
        [
            "controls.incognito_available=true",
            "controls.incognito_share=1",
        ],
    ] {
        let out = with(&counterfactual);
        assert!(out.policy("chats", &[]) > 0.0);
        nothing_from_chats(&out);
    }
    let some = with(&[
        "controls.opt_out_available=true",
        "controls.opt_out_share=0.25",
    ]);
    let left = some.policy("signals", &[]) / ANNOUNCED.policy("signals", &[]);
    assert!((0.5..0.95).contains(&left), "{left}");
}

/// A billion people, one for one: as many simulated as represented in every stratum.
#[test]
fn e12_a_billion_distinct_people() {
    let scenario = scenario(DEFAULTS, NOTHING);
    let world = world(&scenario, 1_000_000_000, 1);
    let users: Vec<_> = world
        .strata
        .iter()
        .filter(|s| s.assistant && s.represented > 0.0)
        .collect();
    assert_eq!(users.iter().map(|s| s.people).sum::<u64>(), 1_000_000_000);
    assert!(users.iter().all(|s| s.weight() == 1.0));
    // A person's index is 32 bits wide.
    assert!(users.iter().all(|s| s.people < u64::from(u32::MAX)));
}

/// The release's own example, lived by somebody.
#[test]
fn e13_a_chat_about_hiking_then_groups_trail_posts_and_boot_ads() {
    let scenario = scenario(&MONTH, &["run.people=100000", "time.end=2025-12-31"]);
    let path = path_of(&scenario);
    let prepared = Prepared::new(scenario, path, EngineKind::Thinned);
    let records = trace(&prepared, tune().isa).unwrap();
    assert_eq!(records, trace(&prepared, tune().isa).unwrap());
    let people: Vec<_> = records
        .iter()
        .filter_map(|r| match r {
            Record::Person(person) => Some(person),
            Record::Day(_) => None,
        })
        .collect();
    let stories: Vec<Story> = people.iter().map(|p| p.story).collect();
    assert_eq!(
        stories,
        [
            Story::Hiking,
            Story::SensitiveCaught,
            Story::NotHere,
            Story::Minor
        ]
    );
    let told = explain(&records, None).unwrap();
    for part in [
        "The chat",
        "about \"Hiking and trail walking\"",
        "The signal",
        "joined in one group",
        "The first group about \"Hiking and trail walking\"",
        "The first friends' post about \"Hiking and trail walking\"",
        "The first ad about hiking (boots, say)",
        "from chats (x_chat)",
        "from behaviour (x_behaviour)",
        "attributed to chats",
        "What the base arm would have shown",
        "displaced",
        "net",
    ] {
        let flat = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(part), "`{part}` is missing:\n{told}");
    }
    assert!(told.lines().all(|l| l.chars().count() <= 80), "{told}");
    for record in &records {
        let Record::Day(day) = record else { continue };
        let chat: f64 = day.feeds.iter().map(|f| f.ads.chat).sum();
        let forbidden = day.person.starts_with("eu/")
            || day.person.contains("/13-17/")
            || day.arm == "no-policy";
        assert!(
            !forbidden || chat == 0.0,
            "{} {} {}",
            day.person,
            day.arm,
            day.date
        );
    }
    for person in people {
        assert!(explain(&records, Some(&person.id)).is_ok());
    }
}

/// The assistant's users grow with the calendar, through the published counts.
#[test]
fn e14_users_follow_the_adoption_curve() {
    let users = |start: &str, end: &str| {
        let set = [format!("time.start={start}"), format!("time.end={end}")];
        let world = world(&scenario(DEFAULTS, &set), 5000, 1);
        world
            .strata
            .iter()
            .filter(|s| s.assistant)
            .map(|s| s.represented)
            .sum::<f64>()
    };
    let counts = [
        users("2023-10-01", "2023-10-03"),
        users("2024-08-29", "2024-08-31"),
        users("2024-12-06", "2024-12-08"),
        users("2025-05-28", "2025-05-30"),
        users("2025-12-01", "2025-12-31"),
    ];
    assert!(counts.windows(2).all(|w| w[0] < w[1]), "{counts:?}");
    assert!(counts[0] < 1e6, "{counts:?}");
    assert_eq!(counts[4], 1e9);
}

/// The gate reads the declared age: who declares an adult's is reached, and counted.
#[test]
fn e15_chats_of_people_declared_13_to_17_never_reach_their_ads() {
    let teens = [(Age, "13-17")];
    assert!(ANNOUNCED.policy("chats", &teens) > 0.0);
    assert_eq!(ANNOUNCED.chat_ads(&teens), 0.0);
    assert_eq!(ANNOUNCED.policy("people_reached_by_chat_ads", &teens), 0.0);
    // Their content is another matter, and a switch of its own.
    assert!(ANNOUNCED.chat_items(&teens) > 0.0);
    let closed = with(&["policy.minors_content=false"]);
    assert_eq!(closed.chat_items(&teens), 0.0);
    // Age and place only: no profile chooses their ads at all.
    let behaviour = |age| {
        let by = |source| ANNOUNCED.policy("ad_impressions", &[(Age, age), (Source, source)]);
        by("behaviour") / (by("behaviour") + by("broad"))
    };
    assert!(behaviour("13-17") < behaviour("25-34"));
    let unplaced = with(&["signals.use_context=false"]);
    let by_behaviour = |age| {
        let cut = [(Age, age), (Source, "behaviour")];
        unplaced.policy("ad_impressions", &cut)
    };
    // What is left is rounding: behaviour is all but broad and chats.
    assert!(by_behaviour("13-17").abs() < 1e-6 * by_behaviour("25-34"));
    assert!(ANNOUNCED.policy("minors_reached", &[]) > 0.0);
    let honest = with(&["population.minors_declaring_adult=0"]);
    assert_eq!(honest.policy("minors_reached", &[]), 0.0);
}
