"""The demo event: Hotel Emersia, 11 May 2023, as close to the real one as public facts allow, with invented parties."""
