//! Synthetic runs for tests: plausible numbers from formulas, no simulation.

use std::fmt::Write as _;
use std::path::Path;

/// What to make up.
#[derive(Debug, Clone)]
pub(crate) struct Fixture {
    pub scenario: &'static str,
    pub arms: &'static [&'static str],
    pub days: i8,
    pub policy_day: Option<i8>,
    /// No chat signals anywhere.
    pub silent: bool,
    /// Other ads than in the base are shown, with no chat behind them: an experiment without any.
    pub experiment: bool,
    /// Every arm but the base is weaker than the one before; otherwise all from the fourth are alike.
    pub ladder: bool,
    /// Rows by group of people, and of what chats choose.
    pub by_group: bool,
    /// Errors in percent of their values.
    pub error_percent: f64,
}

impl Default for Fixture {
    fn default() -> Self {
        Self {
            scenario: "december-16",
            arms: &["no-policy", "policy"],
            days: 31,
            policy_day: Some(16),
            silent: false,
            experiment: false,
            ladder: false,
            by_group: true,
            error_percent: 0.4,
        }
    }
}

/// Market, assistant users in millions, price per mille, gate open.
const MARKETS: [(&str, f64, f64, bool); 11] = [
    ("us-canada", 300.0, 12.31, true),
    ("eu", 355.0, 5.12, false),
    ("uk", 57.0, 7.9, false),
    ("south-korea", 23.5, 4.2, false),
    ("other-europe", 175.0, 2.1, true),
    ("india", 820.0, 0.52, true),
    ("indonesia", 205.0, 0.61, true),
    ("other-apac", 830.0, 1.35, true),
    ("brazil", 165.0, 1.62, true),
    ("other-latam", 300.0, 1.05, true),
    ("mea", 450.0, 0.71, true),
];
const CLASSES: [(&str, f64, bool); 14] = [
    ("religion", 8e6, true),
    ("orientation", 2e6, true),
    ("politics", 9e6, true),
    ("health", 41e6, true),
    ("ethnicity", 1.2e6, true),
    ("philosophy", 0.8e6, true),
    ("union", 0.2e6, true),
    ("sex-life", 7e6, false),
    ("debt", 5e6, false),
    ("pregnancy", 6e6, false),
    ("immigration", 3e6, false),
    ("addiction", 2.4e6, false),
    ("violence", 1.1e6, false),
    ("gender-identity", 0.7e6, false),
];
const SURFACES: [(&str, f64); 6] = [
    ("facebook", 0.9),
    ("instagram", 1.0),
    ("whatsapp", 2.2),
    ("messenger", 0.5),
    ("meta-ai-app", 0.7),
    ("ai-glasses", 0.02),
];
const APPS: [(&str, f64); 4] = [
    ("facebook", 1.0),
    ("instagram", 0.8),
    ("whatsapp", 0.02),
    ("messenger", 0.1),
];

const KEYS: &str = "measure,day,market,app,surface,age,topic,source,bucket";

/// Rows under construction; a key is the eight dimensions joined by commas.
struct Tables {
    outcomes: String,
    differences: String,
    base: Vec<(String, f64)>,
    error: f64,
}

/// The `day`-th day from 1 December 2025, ISO.
fn date(day: i8) -> String {
    let first = jiff::civil::date(2025, 12, 1);
    let days = jiff::Span::new().days(i64::from(day) - 1);
    first.saturating_add(days).to_string()
}

impl Tables {
    fn put(&mut self, arm: &str, first: bool, measure: &str, dims: [&str; 8], value: f64) {
        let key = format!("{measure},{}", dims.join(","));
        let error = self.error * value.abs();
        writeln!(self.outcomes, "{arm},{key},{value},{error}").unwrap();
        if first {
            self.base.push((key, value));
        } else if let Some((_, base)) = self.base.iter().find(|(k, _)| *k == key) {
            let difference = value - base;
            let error = 0.1 * difference.abs() + 1e-5 * base.abs();
            writeln!(
                self.differences,
                "{arm},{key},{base},{value},{difference},{error}"
            )
            .unwrap();
        }
    }
}

impl Fixture {
    /// Writes manifest.json and the three tables into `folder`.
    pub fn write(&self, folder: &Path) {
        let mut t = Tables {
            outcomes: format!("arm,{KEYS},value,std_error\n"),
            differences: format!("arm,{KEYS},base_value,value,difference,std_error\n"),
            base: Vec::new(),
            error: self.error_percent / 100.0,
        };
        for (i, arm) in self.arms.iter().enumerate() {
            let strength = match i {
                _ if self.silent || self.experiment => 0.0,
                1.. if self.ladder => 1.0 - 0.02 * (i - 1) as f64,
                _ => [0.0, 1.0, 0.55, 0.3][i.min(3)],
            };
            self.arm(&mut t, arm, i == 0, strength);
        }
        fs_err::write(folder.join("outcomes.csv"), t.outcomes).unwrap();
        fs_err::write(folder.join("differences.csv"), t.differences).unwrap();
        fs_err::write(folder.join("calibration.csv"), self.calibration()).unwrap();
        fs_err::write(folder.join("manifest.json"), self.manifest()).unwrap();
    }

    fn arm(&self, t: &mut Tables, arm: &str, first: bool, strength: f64) {
        let none = [""; 8];
        let live = |day: i8| self.policy_day.is_some_and(|p| day >= p);
        let ramp = |day: i8| match self.policy_day {
            Some(p) if day >= p => strength * (1.0 - (-f64::from(day - p + 1) / 6.0).exp()),
            _ => 0.0,
        };
        let bucket = |name| ["", "", "", "", "", "", "", name];
        t.put(arm, first, "people", none, 3.98e9);
        t.put(arm, first, "people", bucket("assistant"), 1e9);
        t.put(arm, first, "people", bucket("other"), 2.98e9);
        let mut total = [0.0; 3];
        for day in 1..=self.days {
            let date = date(day);
            let season = 1.0 + 0.08 * f64::from(day).mul_add(0.4, 0.3).sin();
            let all = 21e9 * season;
            let chat = all * 0.0061 * ramp(day);
            t.put(
                arm,
                first,
                "ad_impressions",
                [&date, "", "", "", "", "", "", ""],
                all,
            );
            for (k, (source, value)) in [
                ("broad", all * 0.38),
                ("behaviour", all * 0.62 - chat),
                ("chat", chat),
            ]
            .into_iter()
            .enumerate()
            {
                total[k] += value;
                t.put(
                    arm,
                    first,
                    "ad_impressions",
                    [&date, "", "", "", "", "", source, ""],
                    value,
                );
            }
            if !first {
                let value = if self.experiment {
                    all * 0.09
                } else {
                    all * 0.0043 * ramp(day) * 1.1
                };
                t.put(
                    arm,
                    first,
                    "displaced_impressions",
                    [&date, "", "", "", "", "", "", ""],
                    value,
                );
            }
        }
        let scale = 1.0 - 0.0004 * strength;
        // Conversions have no row over all sources: a reader must add them up.
        let all: f64 = total.iter().sum();
        t.put(arm, first, "ad_impressions", none, all * scale);
        t.put(
            arm,
            first,
            "ad_clicks",
            none,
            all * 0.0186 * (1.0 + 0.004 * strength),
        );
        t.put(
            arm,
            first,
            "sensitive_ad_impressions",
            none,
            2.1e7 * strength,
        );
        t.put(
            arm,
            first,
            "sensitive_content_items",
            none,
            5.3e7 * strength,
        );
        t.put(arm, first, "sensitive_missed", none, 3e6 * strength);
        for (source, value) in ["broad", "behaviour", "chat"].into_iter().zip(total) {
            t.put(
                arm,
                first,
                "ad_impressions",
                ["", "", "", "", "", "", source, ""],
                value,
            );
            t.put(
                arm,
                first,
                "ad_clicks",
                ["", "", "", "", "", "", source, ""],
                value * 0.0186 * (1.0 + 0.004 * strength),
            );
            t.put(
                arm,
                first,
                "ad_conversions",
                ["", "", "", "", "", "", source, ""],
                value * 6e-4 * (1.0 + 0.003 * strength),
            );
        }
        t.put(
            arm,
            first,
            "incremental_conversions",
            none,
            9e7 * (1.0 + 0.003 * strength),
        );
        t.put(
            arm,
            first,
            "price_per_mille_usd",
            none,
            3.18 * (1.0 + 0.002 * strength),
        );
        if !first {
            t.put(arm, first, "displaced_impressions", none, total[2] * 0.77);
            t.put(
                arm,
                first,
                "people_with_displaced_ads",
                none,
                6.1e8 * strength,
            );
        }
        let any_live = (1..=self.days).any(live);
        let on = if any_live { strength } else { 0.0 };
        for (market, users, price, open) in MARKETS {
            let all = users * 2.2e8;
            let on = if open { on } else { 0.0 };
            t.put(
                arm,
                first,
                "ad_impressions",
                ["", market, "", "", "", "", "", ""],
                all,
            );
            let chat = all * 0.0031 * on * (1.0 + 0.3 * (users / 300.0).sin());
            for (source, value) in [
                ("broad", all * 0.38),
                ("behaviour", all * 0.62 - chat),
                ("chat", chat),
            ] {
                t.put(
                    arm,
                    first,
                    "ad_impressions",
                    ["", market, "", "", "", "", source, ""],
                    value,
                );
            }
            if !first {
                t.put(
                    arm,
                    first,
                    "displaced_impressions",
                    ["", market, "", "", "", "", "", ""],
                    chat * 0.8,
                );
            }
            let price = price * scale * (1.0 + on * 0.004 * (users / 90.0).cos() + 1e-4 * strength);
            t.put(
                arm,
                first,
                "price_per_mille_usd",
                ["", market, "", "", "", "", "", ""],
                price,
            );
        }
        for (surface, from) in SURFACES {
            for (app, to) in APPS {
                t.put(
                    arm,
                    first,
                    "cross_app_impressions",
                    ["", "", app, surface, "", "", "", ""],
                    3.1e8 * from * to * on,
                );
            }
        }
        if self.by_group {
            for (group, all, share) in [
                ("assistant", 1.6e11, 0.0085),
                ("other", 4.9e11, 0.0),
                ("live-signal", 1.1e10, 0.034),
            ] {
                let chat = all * share * on;
                for (source, value) in [
                    ("broad", 0.4 * all),
                    ("behaviour", 0.6 * all - chat),
                    ("chat", chat),
                ] {
                    let dims = ["", "", "", "", "", "", source, group];
                    t.put(arm, first, "ad_impressions_by_group", dims, value);
                }
            }
            for (name, value) in [("own-topic", 2.9e8), ("elsewhere", 1.3e8)] {
                let dims = bucket(name);
                t.put(arm, first, "ad_impressions_from_chats", dims, value * on);
            }
        }
        let mut left = 1e9;
        for bucket in 0..=10 {
            let name = if bucket == 10 {
                "10 or more".to_owned()
            } else {
                bucket.to_string()
            };
            let value = if bucket == 10 {
                left
            } else {
                left * (1.0 - 0.3 * on.powf(0.3))
            };
            left -= value;
            t.put(
                arm,
                first,
                "chat_ad_frequency",
                ["", "", "", "", "", "", "", &name],
                value,
            );
        }
        t.put(arm, first, "people_reached_by_chat_ads", none, 3e8 * on);
        t.put(arm, first, "minors_reached", none, 4.1e6 * on);
        self.carriers(t, arm, first, on);
        for (bucket, value) in [
            ("shown", 7.4e8),
            ("opened", 2.6e8),
            ("understood", 1.1e8),
            ("acted", 9e6),
        ] {
            let value = if strength > 0.0 { value } else { 0.0 };
            t.put(
                arm,
                first,
                "notice_funnel",
                ["", "", "", "", "", "", "", bucket],
                value,
            );
        }
        for (bucket, value) in [
            ("signalled", 4.4e8),
            ("understood", 5.2e7),
            ("with_control", 1.1e6),
        ] {
            t.put(
                arm,
                first,
                "informed_before_first_signal",
                ["", "", "", "", "", "", "", bucket],
                value * on,
            );
        }
        for (class, chats, promised) in CLASSES {
            let missed = if promised { 0.06 } else { 0.0 };
            let topic = |bucket| ["", "", "", "", "", class, "", bucket];
            t.put(arm, first, "sensitive_chats", topic(""), chats);
            t.put(
                arm,
                first,
                "sensitive_caught",
                topic(""),
                if promised {
                    chats * 0.94 * on * 0.8
                } else {
                    0.0
                },
            );
            t.put(
                arm,
                first,
                "sensitive_missed",
                topic(""),
                chats * missed * on * 0.8,
            );
            let reached = chats * 0.31 * on;
            for (route, value) in [
                ("missed", reached * missed),
                ("neighbour", if promised { reached * 0.04 } else { 0.0 }),
                ("unprotected", if promised { 0.0 } else { reached }),
            ] {
                t.put(
                    arm,
                    first,
                    "people_reached_from_sensitive_chats",
                    topic(route),
                    value,
                );
            }
        }
    }

    /// Who sees chat-derived ads, and how varied ads are.
    fn carriers(&self, t: &mut Tables, arm: &str, first: bool, on: f64) {
        let age = |name| ["", "", "", "", name, "", "", ""];
        let bucket = |name| ["", "", "", "", "", "", "", name];
        let varied = "ad_categories_per_person";
        t.put(arm, first, varied, bucket(""), 14.2 - 0.031 * on);
        for (k, habit) in ["habit-1", "habit-2", "habit-3", "habit-4", "habit-5"]
            .into_iter()
            .enumerate()
        {
            let ads = 0.02 * 4f64.powi(k as i32) * on;
            t.put(arm, first, "people_by_habit", bucket(habit), 2e8);
            t.put(arm, first, "chat_ads_by_habit", bucket(habit), 2e8 * ads);
            t.put(arm, first, "chat_ads_per_person", bucket(habit), ads);
            t.put(arm, first, varied, bucket(habit), 14.2 - 0.02 * ads);
        }
        for (k, band) in ["13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+"]
            .into_iter()
            .enumerate()
        {
            let ads = if k == 0 {
                0.0
            } else {
                (0.6 + 0.1 * k as f64) * on
            };
            t.put(arm, first, "chat_ads_per_person", age(band), ads);
        }
        if on > 0.0 {
            t.put(arm, first, "gini_chat_ads", bucket(""), 0.93 - 0.1 * on);
            for top in std::iter::once(1).chain((2..100).step_by(2)) {
                let held = 1.0 - (1.0 - f64::from(top) / 100.0).powf(5.0 + on);
                let name = format!("top {top} %");
                let dims = ["", "", "", "", "", "", "", &name];
                t.put(arm, first, "chat_ads_held_by_top", dims, held);
            }
        }
    }

    fn calibration(&self) -> String {
        let mut text = "id,figure,published,simulated,tolerance_percent,source\n".to_owned();
        let rows: [(&str, &str, f64, &str); 12] = [
            ("monthly users of Meta AI [million]", "1000", 1.0, "1"),
            ("Meta AI daily over monthly users", "0.10", 1.04, "10"),
            ("Meta AI weekly over monthly users", "0.46", 0.93, "10"),
            (
                "adoption curve: 400 M (2024-08); 500 (2024-09); 600 (2024-12); 700 (2025-01); 1000 (2025-05)",
                "5 points",
                1.0,
                "5",
            ),
            (
                "daily people of the family of apps [billion]",
                "3.58",
                1.012,
                "3",
            ),
            ("Instagram monthly users [billion]", "3.0", 0.975, "3"),
            ("Facebook ad reach in the UK [million]", "38.3", 1.13, "10"),
            (
                "Instagram sessions per active day (Android)",
                "12.38",
                1.002,
                "5",
            ),
            (
                "ad revenue US and Canada in December 2025 [USD million]",
                "8730",
                1.21,
                "5",
            ),
            (
                "clicks per impression (all clicks) [percent]",
                "1.86",
                1.0,
                "10",
            ),
            (
                "health and fitness share of assistant chats [percent]",
                "5.7",
                0.9,
                "20",
            ),
            ("US adults using Meta AI [percent]", "14", 0.87, "15"),
        ];
        for (i, (figure, published, ratio, tolerance)) in rows.into_iter().enumerate() {
            let simulated = published
                .parse::<f64>()
                .map_or(String::new(), |p| (p * ratio).to_string());
            writeln!(
                text,
                "{},{figure:?},{published},{simulated},{tolerance},published figure {}",
                i + 1,
                i + 1
            )
            .unwrap();
        }
        text
    }

    fn manifest(&self) -> String {
        serde_json::json!({
            "version": "0.1.0",
            "scenario": self.scenario,
            "scenario_hash": "3f1c8a2e5b7d90416c2fa8e7d1b4c6903f1c8a2e5b7d90416c2fa8e7d1b4c690",
            "seed": 42,
            "people": 1_000_000,
            "others": 62_500,
            "engine": "thinned",
            "arms": self.arms,
            "start": "2025-12-01",
            "end": date(self.days),
            "policy_date": self.policy_day.map(date),
            "market_response": "fixed-budgets",
            "represented_assistant_users": 1e9,
            "represented_others": 2.98e9,
            "threads": 2,
            "wall_seconds": 4.21,
            "person_days": 65_875_000.0,
            "person_days_per_second": 1.56e7,
            "peak_memory_bytes": 212e6,
            "market_discrepancy": [
                {"arm": "no-policy", "market": "us-canada", "discrepancy_percent": 0.12, "tolerance_percent": 1.0},
                {"arm": "no-policy", "market": "south-korea", "discrepancy_percent": -1.4, "tolerance_percent": 1.0},
            ],
            "warnings": [],
            "command": format!("overheard run scenarios/{}.toml --people 1000000 --seed 42", self.scenario),
        })
        .to_string()
    }
}
