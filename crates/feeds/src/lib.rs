//! overheard-feeds
