//! overheard-market
