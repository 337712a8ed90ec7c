// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ILicenseRegistry} from "../interfaces/ILicenseRegistry.sol";
import {Fixture} from "./Fixture.sol";

contract LicenseRegistryTest is Fixture {
    string private constant URI = "http://rightsstatements.org/vocab/InC/1.0/";

    function testFuzz_anyone_defines_terms(
        address caller,
        string memory uri,
        bytes32 policyDigest,
        uint32 seats,
        uint64 longestLoanSeconds,
        bool selfService
    ) public {
        vm.assume(bytes(uri).length > 0 && bytes(uri).length <= 512);
        seats = uint32(_bound(seats, 1, type(uint32).max));
        longestLoanSeconds = uint64(_bound(longestLoanSeconds, 1, type(uint64).max));
        bytes32 expected = sha256(
            bytes.concat(
                sha256(bytes(uri)),
                policyDigest,
                bytes32(uint256(seats)),
                bytes32(uint256(longestLoanSeconds)),
                bytes32(uint256(selfService ? 1 : 0))
            )
        );
        vm.expectEmit(address(_licenses));
        emit ILicenseRegistry.LicenseDefined(expected, uri, policyDigest, seats, longestLoanSeconds, selfService);
        vm.prank(caller);
        bytes32 license = _licenses.defineLicense(uri, policyDigest, seats, longestLoanSeconds, selfService);
        vm.assertEq(license, expected, "id");
        _checkTerms(_licenses.terms(license), seats, longestLoanSeconds, selfService);
        _checkTerms(_licenses.termsByNumber(2), seats, longestLoanSeconds, selfService);
        vm.assertEq(_licenses.licenseOf(2), license, "by number");
        vm.assertEq(_licenses.numberOf(license), 2, "number");
        vm.assertEq(_licenses.licenseCount(), 2, "count");
        _checkAllEventsCounted(_licenses);
    }

    function test_the_id_is_as_documented() public {
        vm.assertEq(
            _licenses.defineLicense(URI, 0, type(uint32).max, 1, false),
            0x6ced49fe37e5d9714452afb9afec13be9f11b5463844310ee65c12394a575e6f,
            "id"
        );
    }

    function test_each_term_makes_another_license() public {
        bytes32[5] memory ids = [
            _licenses.defineLicense(URI, 0, 1, 1, false),
            _licenses.defineLicense(URI, 0, 1, 1, true),
            _licenses.defineLicense(URI, 0, 1, 2, false),
            _licenses.defineLicense(URI, 0, 2, 1, false),
            _licenses.defineLicense(URI, bytes32(uint256(1)), 1, 1, false)
        ];
        for (uint32 i = 0; i < ids.length; ++i) {
            vm.assertEq(_licenses.licenseOf(i + 2), ids[i], "dense numbers");
        }
    }

    function test_the_same_terms_are_not_defined_twice() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseAlreadyDefined.selector, _license));
        vm.prank(STRANGER);
        _licenses.defineLicense("https://example.org/terms", 0, SEATS, LOAN, true);
    }

    function test_a_license_without_seats_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseWithoutSeats.selector));
        _licenses.defineLicense(URI, 0, 0, LOAN, true);
    }

    function test_a_license_without_a_loan_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.LicenseWithoutLoan.selector));
        _licenses.defineLicense(URI, 0, 1, 0, true);
    }

    function test_a_uri_has_1_to_512_bytes() public {
        _licenses.defineLicense("u", 0, 1, LOAN, true);
        _licenses.defineLicense(string(new bytes(512)), 0, 1, LOAN, true);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.InvalidLicenseUri.selector, 0));
        _licenses.defineLicense("", 0, 1, LOAN, true);
        vm.expectRevert(abi.encodeWithSelector(ILicenseRegistry.InvalidLicenseUri.selector, 513));
        _licenses.defineLicense(string(new bytes(513)), 0, 1, LOAN, true);
    }

    function testFuzz_terms_that_were_never_defined_are_not_found(bytes32 license, uint32 number) public {
        vm.assume(license != _license && number != 1);
        bytes memory byId = abi.encodeWithSelector(ILicenseRegistry.LicenseNotFound.selector, license);
        vm.expectRevert(byId);
        _licenses.terms(license);
        vm.expectRevert(byId);
        _licenses.numberOf(license);
        bytes memory byNumber = abi.encodeWithSelector(ILicenseRegistry.LicenseNumberNotFound.selector, number);
        vm.expectRevert(byNumber);
        _licenses.termsByNumber(number);
        vm.expectRevert(byNumber);
        _licenses.licenseOf(number);
    }

    function _checkTerms(
        ILicenseRegistry.LicenseTerms memory terms,
        uint32 seats,
        uint64 longestLoanSeconds,
        bool selfService
    ) private pure {
        vm.assertEq(terms.number, 2, "number");
        vm.assertEq(terms.seats, seats, "seats");
        vm.assertEq(terms.longestLoanSeconds, longestLoanSeconds, "longest loan");
        vm.assertTrue(terms.selfService == selfService, "self-service");
    }
}
