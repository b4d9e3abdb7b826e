"""What every page shares: access check, security headers, errors, navigation, paging, health."""
