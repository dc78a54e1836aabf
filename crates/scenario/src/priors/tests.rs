use super::*;
use crate::ScenarioFile;

const HEAD: &str = "knob,members,min,mode,max,reason\n";

/// Knobs whose default is an assumption and that have no prior, and why: a part of a key, up to a dot or to its end.
const EXEMPT: [(&str, &str); 36] = [
    ("time", "the window is a part of the question"),
    ("run", "how many are simulated, and under which seed"),
    ("pilot", "how the market is solved"),
    ("trace", "what is written down"),
    ("report", "what is reported"),
    (
        "ensemble",
        "how many draws are made, and of how many people",
    ),
    (
        "population",
        "splits that published totals hold; data/README.md",
    ),
    ("apps.ad_load_by_age", "a profile under a published mean"),
    ("apps.whatsapp_ads_from", "a date"),
    ("apps.unlink", "a lever"),
    ("interests.standing_weights", "a text; only ratios matter"),
    ("signals.retention_days", "a lever: announced, not measured"),
    ("signals.use_behaviour", "a lever"),
    ("signals.use_off_platform", "a lever"),
    ("signals.use_context", "a lever"),
    ("signals.interest_resolution", "a lever of experiments"),
    ("signals.list_breadth", "a lever of experiments"),
    (
        "notices.email_opened",
        "published, of messages of another kind",
    ),
    (
        "notices.understood",
        "published by age, as an answer to another question",
    ),
    ("policy", "the rule is the question"),
    ("sensitive.exclude_unpromised_ads", "a lever"),
    ("sensitive.exclude_unpromised_content", "a lever"),
    ("controls.opt_out_available", "a lever"),
    (
        "controls.opt_out_share",
        "idle without its lever, and then the question",
    ),
    ("controls.opt_in_required", "a lever"),
    (
        "controls.incognito_share",
        "idle without its lever, and then the question",
    ),
    (
        "ads.value_by_age",
        "a profile under a level that revenue holds",
    ),
    ("market.response", "no number: ask it as scenarios"),
    (
        "content.reels_share",
        "held by published shares of friends' posts",
    ),
    (
        "content.groups_share",
        "held by published shares of friends' posts",
    ),
    (
        "content.pages_share",
        "held by published shares of friends' posts",
    ),
    // Fitted ones without a prior: levels that follow from published figures.
    ("apps.open_correlation", "fitted to daily users of all apps"),
    ("ads.value_per_mille", "fitted to revenue"),
    ("ads.click_rate", "fitted to a published rate"),
    ("controls.incognito_available", "a lever"),
    (
        "controls.opt_in_share",
        "idle without its lever, and then the question",
    ),
];

#[test]
fn faults_name_file_and_line() {
    let check = |row: &str, expected: &str| {
        let error = parse(&format!("{HEAD}{row}")).unwrap_err().to_string();
        assert_eq!(error, format!("data/priors.csv:{expected}"));
    };
    check(
        "signals.chat_wieght,,1,2,3,x\n",
        "2: there is no knob `signals.chat_wieght`",
    );
    check(
        "assistant.share_class,helth,0.01,0.05,0.1,x\n",
        "2: `assistant.share_class` has no member `helth`",
    );
    check(
        "signals.chat_weight,,1,0.5,3,x\n",
        "2: `signals.chat_weight`: the mode is not within the range",
    );
    check(
        "signals.chat_weight,,5,6,7,x\n",
        "2: `signals.chat_weight`: the default 3 is not from 5 to 7",
    );
    check(
        "signals.chat_weight,,0.5,3,11,x\n",
        "2: `signals.chat_weight`: the knob takes a number from 0.5 to 10 (likes)",
    );
    check(
        "signals.chat_weight,,0.5,3,10,\n",
        "2: `signals.chat_weight` lacks a reason",
    );
    let good = "signals.chat_weight,,0.5,3,10,x\n";
    check(&good.repeat(2), "3: `signals.chat_weight` has two priors");
}

/// Whatever the others are: each at its ends and in its middle is a scenario.
#[test]
fn every_prior_can_be_swept_over_its_whole_range() {
    let file = ScenarioFile::parse("p.toml", b"name = \"p\"").unwrap();
    for prior in priors() {
        for u in [0.0, 0.5, 1.0] {
            let settings = prior.target.settings(prior.law.quantile(u));
            file.scenario(&settings)
                .unwrap_or_else(|e| panic!("{settings:?}\n{e}"));
        }
    }
    // And all of them together.
    for u in [0.0, 1.0] {
        let all = priors().iter();
        let settings: Vec<String> = all
            .flat_map(|p| p.target.settings(p.law.quantile(u)))
            .collect();
        file.scenario(&settings)
            .unwrap_or_else(|e| panic!("{settings:?}\n{e}"));
    }
}

/// A default far from what the prior calls most plausible belongs to a sweep round another point than the one that is run. A
/// factor of 1.5 is left for fits that move a default a little.
#[test]
fn defaults_lie_near_the_modes() {
    for prior in priors() {
        let mode = prior.law.mode.unwrap();
        for default in prior.target.pick(prior.target.knob().default.scalars()) {
            let default = match default {
                Scalar::Number(x) => *x,
                Scalar::Integer(i) => *i as f64,
                other => panic!("{other}"),
            };
            let apart = (default - mode).abs() > 0.5 * mode.min(default);
            assert!(!apart, "{} = {default}: {:?}", prior.target, prior.law);
        }
    }
}

/// What nobody knows has a prior, or there is a reason why it needs none.
#[test]
fn every_assumption_has_a_prior_or_an_excuse() {
    let excuses = |knob: &Knob| {
        let excuse = |(part, _): &&(&str, &str)| {
            let rest = knob.key.strip_prefix(part);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        EXEMPT.iter().filter(excuse).count()
    };
    for knob in Registry::get().knobs() {
        let has = priors_of(knob).next().is_some();
        match knob.source.as_str() {
            "assumption" | "fitted" => {
                assert!(has || excuses(knob) == 1, "`{knob}` has no prior");
            }
            "prior" => assert!(has, "`{knob}` cites a prior that is not there"),
            _ => {}
        }
        assert!(
            !has || excuses(knob) == 0 || knob.key.starts_with("population."),
            "`{knob}` has a prior and an excuse"
        );
    }
    for (part, _) in EXEMPT {
        let known = Registry::get().find(part).is_some() || Registry::get().is_section(part);
        assert!(known, "`{part}` excuses nothing");
    }
}

#[test]
fn what_a_scenario_sets_is_not_open() {
    let text =
        b"[[arm]]\nname = \"a\"\n[[arm]]\nname = \"b\"\nsensitive.detector_recall.health = 0.99\n";
    let file = ScenarioFile::parse("p.toml", text).unwrap();
    let scenario = file.scenario(&["ads.alpha=2.5"]).unwrap();
    let closed: Vec<String> = priors()
        .iter()
        .filter(|p| !p.is_open_in(&scenario))
        .map(|p| p.target.to_string())
        .collect();
    assert_eq!(closed, ["sensitive.detector_recall.health", "ads.alpha"]);
}
