"""A whole process: the library is imported and makes one call.

    python first_call.py SIDE URL LOAN
"""

import sys

import sides

side, url, loan_id = sys.argv[1:]
if sides.SIDES[side](url).get(loan_id).status != "TO_REPAY":
    raise SystemExit("not the loan")
