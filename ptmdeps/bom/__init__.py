"""The bill of materials of a project's models: what they are, what they came from, who says so, and what nobody says.

``model`` has the words, in no format; ``build`` makes them of lock, scan and what the stores hold; each format has a
package of its own that writes them (``cyclonedx``, ``spdx``); ``coverage`` says which minimum elements are there.
"""
