"""The outsider suite: what anybody can prove who has an address, the seeded sign-ins and the commands.

Twenty-five promises, each with the test that would fail without it; detailed tests live beside the apps. They
go in by HTTP, by the commands and by SQL as the app's role, and in a browser where a page must be seen. Run
them with `bin/test tests/outsider`, `bin/test tests/journeys` and `bin/test --long tests/outsider` for time.

 1 P2-10  tests/outsider/test_public_door.py::test_p2_10_every_answer_is_the_same_to_the_byte
 2 P2-11  tests/outsider/test_public_door.py::test_p2_11_time_tells_nothing
 3 P2-13  tests/outsider/test_sharing.py::test_03_p2_13_another_partners_referral_is_the_same_as_none
 4 P2-50  tests/outsider/test_consent.py::test_04_p2_50_each_element_left_out_is_named_alone
 4 P2-50  tests/records/test_paper.py::test_each_element_that_a_form_lacks_is_named_and_nothing_may_be_shared
 5 P2-52  tests/outsider/test_consent.py::test_05_p2_52_proceedings_and_counseling_notes_stand_alone
 5 P2-60  tests/outsider/test_consent.py::test_05_p2_60_the_database_keeps_every_disclosure_within_its_consent
 6 P2-55  tests/outsider/test_consent.py::test_06_p2_55_a_consent_that_ended_overnight_sends_nothing
 7 P2-56  tests/outsider/test_consent.py::test_07_p2_56_another_receiver_is_refused_with_whom_the_consent_names
 8 P2-57  tests/outsider/test_consent.py::test_08_p2_57_a_withdrawal_stops_what_waits_and_keeps_the_accounting
 9 P2-70  tests/outsider/test_consent.py::test_09_p2_70_the_statement_of_the_law_is_in_every_medium_with_the_consent
 9 P2-70  tests/outsider/test_consent.py::test_09_p2_70_what_is_told_by_phone_ends_with_the_short_statement
10 P2-76  tests/outsider/test_sharing.py::test_10_p2_76_a_packet_holds_what_was_ticked_and_nothing_else
11 P2-80  tests/outsider/test_sharing.py::test_11_p2_80_every_way_of_sending_writes_exactly_one_row
12 P2-82  tests/outsider/test_sharing.py::test_12_p2_82_what_was_paid_in_full_is_kept_from_the_payer
13 P2-88  tests/outsider/test_sharing.py::test_13_p2_88_an_emergency_needs_its_facts_and_is_written_down
13 P2-88  tests/journeys/test_door.py::test_medical_staff_are_told_by_keyboard_in_under_a_minute
14 P2-90  tests/outsider/test_sharing.py::test_14_p2_90_a_subpoena_alone_is_refused_whatever_consent_there_is
15 HS-01  tests/guards/test_access_matrix.py::test_each_role_opens_what_it_may_and_learns_nothing_of_the_rest
16 HS-04  tests/accounts/test_sign_in.py::test_a_session_that_idles_ends_and_leads_back
16 HS-04  tests/accounts/test_sign_in.py::test_a_page_that_refreshes_itself_does_not_keep_a_session_alive
16 HS-04  tests/accounts/test_sign_in.py::test_a_session_ends_after_its_absolute_limit_even_when_used
16 HS-04  tests/accounts/test_sessions.py::test_the_key_of_an_idled_out_session_is_dead
17 HS-05  tests/outsider/test_inside.py::test_17_hs_05_one_look_is_one_event_that_nobody_can_change
17 HS-05  tests/audit/test_export.py::test_an_insider_edits_deletes_and_truncates_and_each_is_named
18 HS-10  tests/journeys/test_nothing_left_behind.py::test_nothing_on_the_disk_tells_who_it_was_about
19 AS-06  tests/outsider/test_inside.py::test_19_as_06_no_cell_of_an_export_is_a_formula
20 AS-45  tests/accounts/test_enumeration.py::test_known_unknown_invited_and_switched_off_look_alike_and_cost_the_same
20 AS-45  tests/accounts/test_enumeration.py::test_known_and_unknown_take_the_same_time
21 AS-60  tests/outsider/test_inside.py::test_21_as_60_no_address_title_or_file_name_holds_a_name
21 AS-60  tests/journeys/test_from_outside.py::test_as_60_and_66_what_is_asked_with_a_name_is_in_no_log
22 TM-12  tests/journeys/test_shared_computer.py::test_back_and_forward_after_signing_out_lead_to_the_sign_in_page
22 TM-12  tests/journeys/test_shared_computer.py::test_nothing_about_anybody_is_left_on_the_disk
23 TM-16  tests/outsider/test_inside.py::test_23_tm_16_no_mail_in_any_language_says_what_or_about_whom
24 TM-20  tests/faults/test_exceptions.py::test_no_view_tells_anything_when_it_breaks
25 PF-01  tests/journeys/test_from_outside.py::test_pf_01_nothing_comes_from_elsewhere
25 PF-03  tests/journeys/test_from_outside.py::test_pf_03_the_numbers_come_first_on_every_page_without_script
25 PF-20  tests/journeys/test_asking_for_a_call.py::test_every_public_page_is_accessible_in_both_themes_and_sizes
"""
