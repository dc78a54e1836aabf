//! The fixed vocabularies: markets, ages, apps, surfaces, sensitive classes, sources.
//!
//! Each has a stable name (used in scenario files and CSV columns) and a dense index.

/// Declares a vocabulary: an enum, its dense index and its stable names.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All of them, in the order of their index.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();
            /// The names of all, in the order of their index.
            pub const NAMES: &'static [&'static str] = &[$($text),+];

            /// The stable name, as typed in scenarios and printed in tables.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }

            /// The dense index, from 0 on.
            pub const fn index(self) -> usize {
                self as usize
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.name() == name)
            }

            /// The names of all.
            pub fn names() -> Vec<&'static str> {
                Self::NAMES.to_vec()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

vocabulary! {
    /// Where a person lives; each market belongs to one reported geography.
    Market {
        UsCanada = "us-canada",
        Eu = "eu",
        Uk = "uk",
        SouthKorea = "south-korea",
        OtherEurope = "other-europe",
        India = "india",
        Indonesia = "indonesia",
        OtherApac = "other-apac",
        Brazil = "brazil",
        OtherLatam = "other-latam",
        Mea = "mea",
    }
}

vocabulary! {
    /// The four geographies in which revenue is published.
    Geography { UsCanada = "us-canada", Europe = "europe", Apac = "apac", RestOfWorld = "row" }
}

impl Market {
    /// The geography that the market is reported in.
    pub const fn geography(self) -> Geography {
        match self {
            Market::UsCanada => Geography::UsCanada,
            Market::Eu | Market::Uk | Market::OtherEurope => Geography::Europe,
            Market::SouthKorea | Market::India | Market::Indonesia | Market::OtherApac => {
                Geography::Apac
            }
            Market::Brazil | Market::OtherLatam | Market::Mea => Geography::RestOfWorld,
        }
    }
}

vocabulary! {
    /// Age bands in years; the first is below Meta's adult age.
    Age {
        A13 = "13-17",
        A18 = "18-24",
        A25 = "25-34",
        A35 = "35-44",
        A45 = "45-54",
        A55 = "55-64",
        A65 = "65+",
    }
}

impl Age {
    /// Whether people of this age are minors.
    pub const fn is_minor(self) -> bool {
        matches!(self, Age::A13)
    }
}

vocabulary! {
    /// The apps with a feed.
    App { Facebook = "facebook", Instagram = "instagram", Whatsapp = "whatsapp", Messenger = "messenger" }
}

vocabulary! {
    /// Where a chat with the assistant can happen: the apps, in their order, and what stands beside them.
    Surface {
        Facebook = "facebook",
        Instagram = "instagram",
        Whatsapp = "whatsapp",
        Messenger = "messenger",
        MetaAiApp = "meta-ai-app",
        AiGlasses = "ai-glasses",
    }
}

const _: () = {
    assert!(
        Surface::COUNT <= 8,
        "the surfaces of a person are the bits of a byte"
    );
    let mut app = 0;
    while app < App::COUNT {
        let (surface, app_name) = (Surface::NAMES[app].as_bytes(), App::NAMES[app].as_bytes());
        let mut i = surface.len();
        assert!(i == app_name.len(), "surfaces begin with the apps");
        while i > 0 {
            i -= 1;
            assert!(surface[i] == app_name[i], "surfaces begin with the apps");
        }
        app += 1;
    }
};

vocabulary! {
    /// Which kind of signal an outcome is attributed to; `Broad` is what would be shown at zero signal.
    Source { Broad = "broad", Behaviour = "behaviour", Chat = "chat" }
}

vocabulary! {
    /// Subject classes: ordinary, the seven of the promise, and seven sensitive ones it does not name.
    Class {
        Ordinary = "ordinary",
        Religion = "religion",
        Orientation = "orientation",
        Politics = "politics",
        Health = "health",
        Ethnicity = "ethnicity",
        Philosophy = "philosophy",
        Union = "union",
        SexLife = "sex-life",
        Debt = "debt",
        Pregnancy = "pregnancy",
        Immigration = "immigration",
        Addiction = "addiction",
        Violence = "violence",
        GenderIdentity = "gender-identity",
    }
}

impl Class {
    /// One of the seven classes that the announcement excludes from ads.
    pub const fn is_promised(self) -> bool {
        (self as u8) >= Class::Religion as u8 && (self as u8) <= Class::Union as u8
    }
    /// Every class but the ordinary.
    pub const fn is_sensitive(self) -> bool {
        !matches!(self, Class::Ordinary)
    }
}

vocabulary! {
    /// Subjects whose ads can hurt some people more than others.
    Vulnerability { None = "none", Debt = "debt", Gambling = "gambling", Alcohol = "alcohol", WeightLoss = "weight-loss" }
}

vocabulary! {
    /// How an advertiser picks its audience.
    AdKind { Manual = "manual", Custom = "custom", Optimised = "optimised" }
}

vocabulary! {
    /// How a sensitive chat can still lead to something shown.
    Route {
        /// The detector did not see it for what it is.
        Missed = "missed",
        /// It was caught, and an ordinary topic that it also mentions was not.
        Neighbour = "neighbour",
        /// Nobody undertook to catch it.
        Unprotected = "unprotected",
    }
}

vocabulary! {
    /// What people can do about chats or the ads that come of them.
    Control {
        HideTopic = "hide_topic",
        CutDown = "cut_down",
        Quit = "quit",
        Unjoin = "unjoin",
        OptOut = "opt_out",
        Incognito = "incognito",
    }
}

vocabulary! {
    /// What the organic ranking chooses between.
    ItemType { Friends = "friends", Reels = "reels", Groups = "groups", Pages = "pages" }
}
