"""What upgrades are proposed, and how: decided from values, and then applied to a forge.

``proposal`` (what one pull request is about), ``candidates`` (which upgrades there are, and which are left out),
``offering`` (the lock that one would mean, and what is written about it), ``standing`` (what there is at the forge),
``plan`` (what to do about each, given that), ``settling`` (what need not be done any more), ``apply`` (doing it).

``markers``, ``naming``, ``messages`` and ``dashboard`` are what is written down at the forge so that the next run knows
what this one did: there is no other memory.
"""
