"""What a page of a model hub should say of a model, and where it says so; or that nothing does.

The information elements are those of the study of package hubs for machine learning (Xiu, Eghan, Jiang and Adams,
"Empirical Study on the Software Engineering Practices in Open Source ML Package Repositories", arXiv:2012.01403): what
pages of software packages and pages of models say, taken together. ``collecting`` asks the hub and reads files, once;
each element is a pure function from what that gave (``evidence``) to a value with its source, or to the reason why
there is none. ``elements.ELEMENTS`` is the table of them; the modules that it is made of are one group each, the
technical one in four.
"""
