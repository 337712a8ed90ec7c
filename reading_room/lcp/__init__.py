"""Loans of other libraries as licenses of Readium LCP, which a license server of the operator's makes."""
