//! overheard-actors
